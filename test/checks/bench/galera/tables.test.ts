import test from "ava";
import type { BenchResult, CaseResult, RunFigures } from "../../../../checks/bench/galera/result.ts";
import { gapTable, markdown, outageTable } from "../../../../checks/bench/galera/tables.ts";

const run = (fields: Partial<RunFigures>): RunFigures => ({
  history: "001.jsonl",
  written: "db1",
  hurt: "db2",
  survivor: "db3",
  name: 200,
  atSurvivor: 210,
  returning: 190,
  acknowledged: 100,
  lost: 0,
  views: 2,
  failedTwice: 0,
  problems: [],
  load: 0.5,
  ...fields,
});

const kill: CaseResult = {
  name: "kill-other",
  what: "kill -9 of mariadbd",
  node: "another",
  table: "gaps",
  profile: "configured",
  goal: 500,
  runs: [run({ name: 220 }), run({ name: 240 }), run({ name: 440 })],
};

const bench = (results: CaseResult[], writer?: string): BenchResult => ({
  version: 1,
  environment: "x",
  began: "2026-11-21T12:00:00.000Z",
  ended: "2026-11-21T13:00:00.000Z",
  aborted: false,
  seed: 1,
  machine: { cores: 2, memoryMiB: 24_000, kernel: "6.12", loadAtStart: 1.24 },
  versions: { trivet: "0.1.0", mariadb: "11.8.6", galera: "26.4.23", node: "v24" },
  clients: { interval: 15, breath: 20, connect: 500, query: 1_500 },
  names: { database: "galeradb", ...(writer && { writer }) },
  timeouts: { configured: {} as never, default: {} as never },
  results,
});

test("gaps in seconds, judged by their goal; what broke is not among them", (t) => {
  const { head, rows } = gapTable(bench([{ ...kill, runs: [...kill.runs, { error: "no Docker" }] }]));
  t.deepEqual(head, ["WHAT", "NODE", "PROFILE", "N", "galeradb", "A SURVIVOR", "ITS RETURN", "GOAL", "LOST"]);
  t.deepEqual(rows, [
    [
      "kill -9 of mariadbd",
      "another",
      "configured",
      "3 (+1 broken)",
      "0.24 / 0.44 / 0.44",
      "0.21 / 0.21 / 0.21",
      "0.19 / 0.19 / 0.19",
      "p99 ≤ 0.5: met",
      "0",
    ],
  ]);
});

test("a goal is for the writer's name, too; Galera's own time-outs have none", (t) => {
  const slow = { ...kill, runs: kill.runs.map((each) => ({ ...(each as RunFigures), writer: 900, lost: 1 })) };
  const { head, rows } = gapTable(bench([slow, { ...slow, profile: "default" }], "galeradb-writer"));
  const [first, second] = rows.map((row) => Object.fromEntries(row.map((cell, at) => [head[at]!, cell])));
  t.like(first, { "galeradb-writer": "0.90 / 0.90 / 0.90", GOAL: "p99 ≤ 0.5: missed", LOST: "3" });
  t.like(second, { PROFILE: "default", GOAL: "" });
});

test("a goal for a restart is one for the node's return, too", (t) => {
  const restart = { ...kill, runs: kill.runs.map((each) => ({ ...(each as RunFigures), returning: 600 })) };
  const goalOf = (result: CaseResult) => gapTable(bench([result])).rows[0]!.at(-2);
  t.is(goalOf(restart), "p99 ≤ 0.5: met");
  t.is(goalOf({ ...restart, goalForReturn: true }), "p99 ≤ 0.5: missed");
});

test("an outage without a write afterwards is told as such", (t) => {
  const cut: CaseResult = {
    name: "power-cut",
    what: "power cut",
    node: "all",
    table: "outages",
    profile: "configured",
    goal: 10_000,
    runs: [
      run({ name: 6_000, back: 4_200 }),
      run({ name: Number.POSITIVE_INFINITY, back: Number.POSITIVE_INFINITY, problems: ["2 × a write is lost"] }),
    ],
  };
  const { head, rows } = outageTable(bench([cut]));
  t.deepEqual(rows.length, 1);
  const row = Object.fromEntries(rows[0]!.map((cell, at) => [head[at]!, cell]));
  t.like(row, {
    "WRITES AGAIN AFTER": "never / never / never",
    GOAL: "p99 ≤ 10: missed",
    SEEN: "2 × a write is lost",
  });
});

test("Markdown has both tables, the machine and how it was measured", (t) => {
  const text = markdown(bench([kill]));
  t.true(text.includes("| kill -9 of mariadbd | another | configured | 3 | 0.24 / 0.44 / 0.44 |"));
  t.true(text.includes("2 cores, 24000 MiB, load 1.2 at the start; MariaDB 11.8.6, Galera 26.4.23"));
  t.true(text.includes("of fewer than 100 runs it is the longest"));
  t.false(text.includes("WRITES AGAIN AFTER"));
});
