import test from "ava";
import { Failure } from "../../../core/errors.ts";
import type { Problem } from "../../../core/health.ts";
import { untilNoWorse } from "../../../operations/prepare/index.ts";

const problem = (service: Problem["service"], text: string): Problem => ({ rule: "unfit", service, text });

test("an environment that was ill before may stay so, in other words", async (t) => {
  await t.notThrowsAsync(
    untilNoWorse("north1", [problem("bind", "off by 1 s")], async () => [problem("bind", "off by 2 s")], 0),
  );
});

test("it may take a moment to get over a change", async (t) => {
  let looks = 0;
  await untilNoWorse("north1", [], async () => (++looks === 1 ? [problem("galera", "joins")] : []), 5_000);
  t.is(looks, 2);
});

test("one that stays worse stops the others", async (t) => {
  const before = [problem("bind", "no answer")];
  const look = async () => [...before, problem("galera", "galera on north1 is not fit")];
  const error = await t.throwsAsync(untilNoWorse("north1", before, look, 100), { instanceOf: Failure });
  t.regex(error.message, /^Since north1 was changed.*no other host is touched:\n {2}- galera on north1 is not fit$/s);
});
