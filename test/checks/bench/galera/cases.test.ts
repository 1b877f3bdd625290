import test from "ava";
import { choose, mustAllow, runsOf, secondsOf } from "../../../../checks/bench/galera/index.ts";
import { UserError } from "../../../../core/errors.ts";
import type { Inventory } from "../../../../core/inventory.ts";

const names = (only?: string[]) => choose(only).map(({ name }) => name);

test("what is measured unless told, and what of it by name", (t) => {
  t.deepEqual(names(), [
    ...["kill", "sigstop", "cut-off", "restart"].flatMap((name) => [`${name}-written`, `${name}-other`]),
    ...["power-cut", "stop-all", "replace", "starved", "restart-all"],
  ]);
  t.deepEqual(names(["kill"]), ["kill-written", "kill-other"]);
  t.deepEqual(names(["replace", "pause-other"]), ["pause-other", "replace"]);
  const error = t.throws(() => names(["kill", "fire"]), { instanceOf: UserError });
  t.regex(error.message, /"fire".*expected kill, sigstop, cut-off/);
});

test("each case has the permission of an experiment that does the like", (t) => {
  const inventory = { environment: "x", chaos: { allowed: ["database-kill"] } } as unknown as Inventory;
  t.notThrows(() => mustAllow(inventory, choose(["kill"])));
  t.throws(() => mustAllow(inventory, choose(["kill", "power-cut"])), { message: /database-power-cut-all/ });
});

test("the time that it will take is told beforehand", (t) => {
  const [starved, kill, power] = ["starved", "kill-other", "power-cut"].map((name) => choose([name])[0]!);
  t.is(runsOf(starved!, 7), 1);
  t.is(runsOf(kill!, undefined), 10);
  t.is(runsOf(power!, 2), 2);
  t.true(secondsOf(starved!, "configured", 1, 10) >= 600);
  t.true(secondsOf(kill!, "default", 10, 10) > secondsOf(kill!, "configured", 10, 10));
});
