import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { Event } from "../../../checks/history/events.ts";
import { openHistory, readHistory } from "../../../checks/history/file.ts";
import { UserError } from "../../../core/errors.ts";

const note = (t: number, text: string): Event => ({ kind: "note", t, text });

async function fresh(t: { teardown(f: () => unknown): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "trivet-history-"));
  t.teardown(() => rm(folder, { recursive: true }));
  return join(folder, "run", "1.jsonl");
}

test("what is added is read again, in the order of its times", async (t) => {
  const path = await fresh(t);
  const history = await openHistory(path);
  history.add(note(2, "second"));
  history.add(note(1, "first"));
  await history.close();
  t.deepEqual(await readHistory(path), [note(1, "first"), note(2, "second")]);
});

test("a history is never overwritten", async (t) => {
  const path = await fresh(t);
  await (await openHistory(path)).close();
  const again = await openHistory(path);
  await t.throwsAsync(again.close(), { code: "EEXIST" });
});

test("a last line that a crash cut off is left out; any other that is no event is told", async (t) => {
  const path = await fresh(t);
  const history = await openHistory(path);
  history.add(note(1, "whole"));
  await history.close();
  await appendFile(path, '{"kind":"no');
  t.deepEqual(await readHistory(path), [note(1, "whole")]);
  await appendFile(path, '\n{"kind":"note","t":2,"text":"after"}\n');
  await t.throwsAsync(readHistory(path), { instanceOf: UserError, message: /line 2: expected one event/ });
});
