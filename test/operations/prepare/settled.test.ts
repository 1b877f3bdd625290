import test from "ava";
import { Failure } from "../../../core/errors.ts";
import type { Problem } from "../../../core/health.ts";
import { lastingProblems, untilNoWorse } from "../../../operations/prepare/index.ts";

const problem = (service: Problem["service"], text: string): Problem => ({ rule: "unfit", service, text });

test("an environment that was ill before may stay so, in other words", async (t) => {
  await t.notThrowsAsync(
    untilNoWorse("north1", [problem("bind", "off by 1 s")], async () => [problem("bind", "off by 2 s")], {
      patience: 0,
    }),
  );
});

test("it may take a moment to get over a change", async (t) => {
  let looks = 0;
  await untilNoWorse("north1", [], async () => (++looks === 1 ? [problem("galera", "joins")] : []), {
    patience: 5_000,
  });
  t.is(looks, 2);
});

test("one that stays worse stops the others", async (t) => {
  const before = [problem("bind", "no answer")];
  const look = async () => [...before, problem("galera", "galera on north1 is not fit")];
  const error = await t.throwsAsync(untilNoWorse("north1", before, look, { patience: 100 }), { instanceOf: Failure });
  t.regex(
    error.message,
    /^Since north1 was changed, this is not well, and was not within 0\.1 s, .*no other host is touched:\n {2}- galera on north1 is not fit$/s,
  );
});

test("what is over soon is not taken for a problem that was there before, and is waited for by name", async (t) => {
  const said: string[] = [];
  const election = [problem("consul-server", "knows no leader"), problem("consul-server", "Consul has 0 leaders")];
  let looks = 0;
  const look = async () => (++looks === 1 ? election : []);
  t.deepEqual(await lastingProblems(look, { patience: 5_000, say: (what) => said.push(what) }), []);
  t.deepEqual(said, ["waiting: knows no leader (and 1 more)"]);
  t.deepEqual(await lastingProblems(async () => election, { patience: 0 }), election);
});
