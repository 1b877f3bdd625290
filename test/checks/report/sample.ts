import type { ExperimentResult, RunResult } from "../../../checks/report/run.ts";

type Judged = ExperimentResult["judgements"][number];

const began = Date.UTC(2026, 10, 21, 12, 0, 0);

/** A run with one experiment of each verdict, as the lab gives them. */
export function sample(): RunResult {
  const experiments = [killed(), fenced(), powerless(), undecided(), gateless()];
  return {
    version: 1,
    environment: "dev",
    trivet: "0.1.0",
    commit: "5b25a0e",
    seed: 20261121,
    started: new Date(began).toISOString(),
    ended: new Date(began + 520_000).toISOString(),
    state: "complete",
    machine: { cores: 2, memoryMiB: 24_000, loadAtStart: 1.4 },
    budgets: {
      evict: 4_000,
      check: 8_000,
      name: 10_000,
      back: 40_000,
      lookup: 3_000,
      write: 12_000,
      monitor: 30_000,
      notify: 5_000,
      takeover: 70_000,
    },
    experiments,
    notApplicable: [
      { fault: "clock", service: "bind", level: "node", reason: "BIND here signs nothing: its clock has no effect" },
    ],
  };
}

/** A long run: what the report must still cope with. */
export function long(experiments: number): RunResult {
  const short = sample();
  const many = Array.from({ length: experiments }, (_, n) => {
    const one = short.experiments[n % 4]!;
    return { ...one, name: `${one.name}-${n + 1}`, history: `${n + 1}-${one.history}` };
  });
  return { ...short, experiments: many };
}

const killed = (): ExperimentResult =>
  experiment(0, {
    name: "database-kill",
    title: "A database node is killed (kill -9) while clients write to it",
    faults: [fault("kill galera on db1", "kill", ["db1"], 20, 50)],
    judgements: invariants({}),
    outage: [22, 26],
    stages: [
      { stage: "evict", ms: 2_700, budget: 4_000 },
      { stage: "check", ms: 3_900, budget: 8_000 },
      { stage: "name-dns1", ms: 4_400, budget: 10_000 },
      { stage: "name-dns2", ms: 4_800, budget: 10_000 },
      { stage: "name-dns3", ms: 5_100, budget: 10_000 },
      { stage: "name", ms: 5_100, budget: 10_000 },
      { stage: "resolve", ms: 5_400, budget: 13_000 },
      { stage: "reconnect", ms: 5_900, budget: 12_000 },
      { stage: "write", ms: 6_050, budget: 12_000 },
      { stage: "monitor", ms: 21_300, budget: 30_000 },
      { stage: "notify", ms: 21_900, budget: 35_000 },
    ],
    totals: { longestGap: 6_050 },
  });

const fenced = (): ExperimentResult =>
  experiment(1, {
    name: "icingadb-writer-kill",
    title: "The Icinga DB that writes is killed",
    verdict: "limit",
    faults: [fault("kill icingadb on mon1", "kill", ["mon1"], 18, 78)],
    judgements: invariants({
      "one-writer": {
        outcome: "fail",
        summary: "no program wrote for 66.2 s, expected at most 30.0 s",
        limit: "Icinga DB takes over 60 s after the other's last heartbeat; that is in its code, not a setting",
        evidence: ["12:02:41.105 mon1 last responsible", "12:03:47.310 mon2 responsible"],
      },
    }),
    totals: { longestGap: 240 },
  });

const powerless = (): ExperimentResult =>
  experiment(2, {
    name: "domain-power-cut",
    title: "Domain 1 loses power <at once>, with all its hosts & what was not on disk",
    verdict: "fail",
    faults: [
      fault("power cut of db1, dns1, mon1, sat1", "power-cut", ["db1", "dns1", "mon1", "sat1"], 22, 60),
      fault("clock +1900 s on db2", "clock", ["db2"], 26, 60),
    ],
    judgements: invariants({
      "no-write-lost": {
        outcome: "fail",
        summary: "2 of 1,804 acknowledged writes are missing on db1, expected none",
        evidence: [
          "id 40017 acknowledged 12:05:24.310 by db1, missing on db1",
          "id 40018 acknowledged 12:05:24.330 by db1, missing on db1",
        ],
      },
      "name-unfit": { outcome: "fail", summary: "the name gave db1 for 14.2 s, expected at most 10.0 s" },
      "notified-once": { outcome: "unknown", summary: "the receiver was cut off for 12 s" },
    }),
    outage: [22, 37],
    stages: [
      { stage: "evict", ms: 3_900, budget: 4_000 },
      { stage: "check", ms: 9_200, budget: 8_000 },
      { stage: "name-dns2", ms: 13_900, budget: 10_000 },
      { stage: "name-dns3", ms: 14_200, budget: 10_000 },
      { stage: "name", ms: 14_200, budget: 10_000 },
      { stage: "resolve", ms: 14_600, budget: 13_000 },
      { stage: "reconnect", ms: 15_000, budget: 12_000 },
      { stage: "write", ms: 15_300, budget: 12_000 },
    ],
    totals: { longestGap: 15_300, lost: 2, unknown: 7 },
  });

const undecided = (): ExperimentResult =>
  experiment(3, {
    name: "link-slow",
    title: "The links of domain 2 carry 64 kbit/s",
    verdict: "unknown",
    faults: [fault("64kbit on links of d2", "slow", ["db2", "dns2"], 20, 60)],
    judgements: invariants({
      "write-recovery": {
        outcome: "unknown",
        summary: "14.1 s without a write; the machine was overloaded (load 5.1 per core), so times say nothing",
      },
    }),
    totals: { longestGap: 14_100 },
  });

const gateless = (): ExperimentResult => ({
  ...experiment(4, {
    name: "consul-quorum",
    title: "Two of three Consul servers are stopped",
    verdict: "broken",
    faults: [],
    judgements: [],
  }),
  error: "the environment was not steady to begin with: db1 galera is Joining",
  seconds: [],
  phases: [{ phase: "gate", began: began + 400_000, ended: began + 580_000 }],
  totals: { writes: 0, acknowledged: 0, unknown: 0, lost: 0, faults: 0, faultSeconds: 0, longestGap: 0 },
});

interface Given {
  name: string;
  title: string;
  verdict?: ExperimentResult["verdict"];
  faults: ReturnType<typeof fault>[];
  judgements: Judged[];
  stages?: ExperimentResult["stages"];
  /** Seconds without an acknowledged write. */
  outage?: [number, number];
  totals?: Partial<ExperimentResult["totals"]>;
}

function experiment(n: number, given: Given): ExperimentResult {
  const start = began + n * 100_000;
  const at = (second: number) => start + second * 1_000;
  const marks: [string, number, number][] = [
    ["gate", 0, 9],
    ["workload", 9, 20],
    ["fault", 20, 50],
    ["heal", 50, 53],
    ["settle", 53, 92],
    ["read", 92, 96],
    ["judge", 96, 100],
  ];
  const { faults, outage = [0, 0], totals, stages = [] } = given;
  const seconds = Array.from({ length: 83 }, (_, second) => secondOf(second + 9, at, outage));
  const sum = (name: "ok" | "fail" | "unknown") => seconds.reduce((total, row) => total + row[name], 0);
  return {
    name: given.name,
    title: given.title,
    verdict: given.verdict ?? "pass",
    history: `${String(n + 1).padStart(2, "0")}-${given.name}.jsonl`,
    began: start,
    ended: at(100),
    phases: marks.map(([phase, from, to]) => ({ phase, began: at(from), ended: at(to) })),
    faults: faults.map(({ from, to, ...rest }) => ({ ...rest, injected: at(from), healed: at(to) })),
    judgements: given.judgements,
    stages,
    seconds,
    totals: {
      writes: sum("ok") + sum("fail") + sum("unknown"),
      acknowledged: sum("ok"),
      unknown: sum("unknown"),
      lost: 0,
      faults: faults.length,
      faultSeconds: faults.reduce((total, { from, to }) => total + to - from, 0),
      longestGap: 400,
      ...totals,
    },
  };
}

const fault = (id: string, name: string, hosts: string[], from: number, to: number) => ({ id, name, hosts, from, to });

/** Steady but for an outage: the first second of it leaves unknown outcomes, the rest fails. Latencies wave a little. */
function secondOf(second: number, at: (second: number) => number, [from, to]: [number, number]) {
  const wave = 1 + 0.25 * Math.sin(second) + 0.15 * Math.sin(second * 2.7);
  if (second >= from && second < to) {
    return {
      t: at(second),
      ok: 0,
      fail: second === from ? 2 : 3,
      unknown: second === from ? 2 : 0,
      p50: 0,
      p95: 0,
      p99: 0,
    };
  }
  const ok = Math.round(22 + 3 * Math.sin(second * 1.3));
  const after = to > 0 && second >= to && second < to + 4 ? 4 : 1;
  return { t: at(second), ok, fail: 0, unknown: 0, p50: 4.2 * wave, p95: 9 * wave * after, p99: 21 * wave * after };
}

const titles: [string, string, Judged["kind"]][] = [
  ["no-write-lost", "every acknowledged write is there exactly once on every node", "safety"],
  ["no-failed-write", "no write of a failed transaction is there", "safety"],
  ["bank-constant", "the bank's total is constant", "safety"],
  ["one-primary", "there are never two writable components", "safety"],
  ["unknown-accounted", "each unknown outcome is accounted for", "safety"],
  ["one-writer", "exactly one program writes Icinga's states", "safety"],
  ["name-unfit", "the name points to no unfit node for longer than its budget", "time"],
  ["write-recovery", "writes go on within their budget", "time"],
  ["notified-once", "each outage raises one problem and one recovery", "safety"],
];

const invariants = (odd: Record<string, Partial<Judged>>): Judged[] =>
  titles.map(([checker, title, kind]) => ({
    checker,
    title,
    kind,
    outcome: "pass",
    summary: "held over 1,804 writes",
    figures: { writes: 1_804 },
    ...odd[checker],
  }));
