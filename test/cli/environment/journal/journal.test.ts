// Who did what to an environment, when, and how it ended.
import { appendFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { entriesOf, type Line } from "../../../../cli/environment/journal/entries.ts";
import { append, readLines } from "../../../../cli/environment/journal/file.ts";
import { historyOf, inHistory } from "../../../../cli/environment/journal/index.ts";
import { Failure } from "../../../../core/errors.ts";
import { fakeDaemon, inventoryOf, makeProject } from "../../project.ts";

const begin = (id: string, at: string): Line => ({
  ...{ version: 1, kind: "begin", id, at, user: "ann", machine: "desk", command: "up site --yes" },
});

test("a beginning without an end is unfinished, also when others ended after it", (t) => {
  const entries = entriesOf([
    begin("a", "2026-11-30T10:00:00.000Z"),
    begin("b", "2026-11-30T11:00:00.000Z"),
    { version: 1, kind: "end", id: "b", at: "2026-11-30T11:01:00.000Z", result: "done", changes: { update: 2 } },
  ]);
  t.deepEqual(
    entries.map(({ began, ended, result, changes }) => ({ began, ended, result, changes })),
    [
      { began: "2026-11-30T10:00:00.000Z", ended: undefined, result: "unfinished", changes: undefined },
      { began: "2026-11-30T11:00:00.000Z", ended: "2026-11-30T11:01:00.000Z", result: "done", changes: { update: 2 } },
    ],
  );
});

test("a line that was cut off takes no other one away", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "trivet-journal-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, "history/trivet/site.jsonl");
  t.deepEqual(await readLines(file), []);
  await append(file, begin("a", "2026-11-30T10:00:00.000Z"));
  await appendFile(file, '{"version":1,"kind":"e\n');
  await append(file, begin("b", "2026-11-30T11:00:00.000Z"));
  t.deepEqual(
    (await readLines(file)).map(({ id }) => id),
    ["a", "b"],
  );
});

test.serial(
  "what is done is written beside the state, with its end; it is done also where nothing can be written",
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "trivet-journal-"));
    const { PULUMI_BACKEND_URL: before } = process.env;
    process.env.PULUMI_BACKEND_URL = `file://${folder}`;
    t.teardown(async () => {
      if (before === undefined) delete process.env.PULUMI_BACKEND_URL;
      else process.env.PULUMI_BACKEND_URL = before;
      await rm(folder, { recursive: true });
    });
    const done = await inHistory("site", async (told) => {
      told.changes = { update: 2 };
      return "the result";
    });
    t.is(done, "the result");
    const failing = async () => {
      throw new Failure("Bringing up site failed:\n  - db1-galera: was not fit within 60 s");
    };
    await t.throwsAsync(inHistory("site", failing));
    await t.throwsAsync(inHistory("site", failing, AbortSignal.abort()));
    const told = (await historyOf("site")).map(({ result, changes, error }) => ({ result, changes, error }));
    const error = "Bringing up site failed: db1-galera: was not fit within 60 s";
    t.deepEqual(told, [
      { result: "done", changes: { update: 2 }, error: undefined },
      { result: "failed", changes: undefined, error },
      { result: "interrupted", changes: undefined, error },
    ]);
    const file = join(folder, "history/trivet/site.jsonl");
    t.is((await readFile(file, "utf8")).trim().split("\n").length, 6);

    await rm(file);
    await mkdir(file);
    t.is(await inHistory("site", async () => "the result"), "the result");
  },
);

test("trivet history tells it; what only looks is not in it", async (t) => {
  const project = await makeProject();
  const daemon = await fakeDaemon("site", ["trivet-site-db1-galera"]);
  t.teardown(async () => {
    daemon.close();
    await project.remove();
  });
  await project.record("site", inventoryOf("site", daemon.endpoint));
  await project.trivet("logs", "site", "galera");
  const stopped = await project.trivet("stop", "site", "galera", "--all", "--yes");
  t.is(stopped.exitCode, 0, stopped.stderr);
  const { entries } = JSON.parse((await project.trivet("history", "site", "--json")).stdout);
  t.is(entries.length, 1);
  t.like(entries[0], { command: "stop site galera --all --yes", result: "done" });
  t.regex((await project.trivet("history", "site")).stdout, /trivet stop site galera --all --yes +done$/m);
});
