import test from "ava";
import { experiments, leftOut, named } from "../../../checks/experiments/index.ts";
import { UserError } from "../../../core/errors.ts";
import type { Inventory } from "../../../core/inventory.ts";

test("every experiment has a name of its own, a sentence and a time", (t) => {
  const names = experiments.map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  for (const { name, title, hold } of experiments) {
    t.regex(name, /^[a-z0-9]+(-[a-z0-9]+)+$/);
    t.regex(title, /^[A-Z].*[^.]$/, name);
    t.true(hold > 0 && hold <= 90, name);
  }
});

test("there are thirty at least, and a short set", (t) => {
  t.true(experiments.length >= 30);
  t.true(experiments.filter(({ quick }) => quick).length >= 5);
});

test("experiments are found by name, in the order in which they run", (t) => {
  const found = named(["consul-leader-kill", "database-kill"]);
  t.deepEqual(
    found.map(({ name }) => name),
    ["database-kill", "consul-leader-kill"],
  );
  t.throws(() => named(["databse-kill"]), { instanceOf: UserError, message: /no experiment "databse-kill"/ });
});

test("what a backend can't have is left out, with the reason", (t) => {
  const site = (backend: "icingadb" | "ido", services: string[]) =>
    ({ icinga: { backend }, services: services.map((service) => ({ service })) }) as unknown as Inventory;
  const common = ["icinga-master", "icinga-satellite"];
  t.deepEqual(leftOut(site("icingadb", [...common, "redis", "icingadb"])), []);
  const without = leftOut(site("ido", common));
  t.deepEqual(
    without.map(({ name }) => name),
    ["icinga-redis-kill", "icingadb-kill", "icingadb-database-link"],
  );
  t.is(without[1]!.reason, "no icingadb is there (monitoring.backend is ido)");
});
