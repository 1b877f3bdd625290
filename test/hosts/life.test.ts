import { setTimeout } from "node:timers/promises";
import test from "ava";
import type { ContainerInspectInfo } from "dockerode";
import type { Life } from "../../core/health.ts";
import { endText, steadiness } from "../../hosts/life.ts";

type State = ContainerInspectInfo["State"];
const ended = test.macro<[Partial<State>, number, string | undefined]>(async (t, state, restarts, expected) => {
  t.is(await endText({ ExitCode: 0, ...state } as State, restarts, async () => "FATAL no schema"), expected);
});

test("runs, and always did", ended, { Status: "running", Running: true }, 0, undefined);
test(
  "ends again and again",
  ended,
  { Status: "restarting", Running: true, Restarting: true, ExitCode: 1 },
  7,
  "it ends again and again (exit code 1, started again 7 times); the last error in its log: FATAL no schema",
);
test(
  "runs for the moment",
  ended,
  { Status: "running", Running: true },
  1,
  "it ended, and was started again 1 time; the last error in its log: FATAL no schema",
);
test("was stopped", ended, { Status: "exited", ExitCode: 143 }, 0, "it was stopped (exit code 143)");
test(
  "had no memory",
  ended,
  { Status: "exited", ExitCode: 137, OOMKilled: true },
  0,
  "it ended (exit code 137, out of memory); the last error in its log: FATAL no schema",
);
test("is paused", ended, { Status: "paused", Running: true }, 0, "it is paused");

const life = (startedAt: string, restarts: number): Life => ({ running: true, startedAt, restarts });

test("one that Docker never started again is believed at once", (t) => {
  t.true(steadiness(60_000)(life("a", 0), true));
  t.false(steadiness(60_000)(life("a", 0), false));
  t.false(steadiness(60_000, { every: true })(life("a", 0), true));
});

test("one in a loop is not, however often it is fit for a moment", async (t) => {
  const isSteady = steadiness(40);
  for (const start of ["a", "b", "c"]) {
    t.false(isSteady(life(start, 2), true));
    await setTimeout(60);
  }
  t.false(isSteady({ ...life("c", 3), running: false }, true));
  t.false(isSteady(life("d", 3), true));
  await setTimeout(60);
  t.true(isSteady(life("d", 3), true));
});
