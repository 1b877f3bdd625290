import test from "ava";
import { rules } from "../../../checks/audit/index.ts";
import { checkers } from "../../../checks/checkers/index.ts";
import { mutants, namedMutants } from "../../../checks/mutants/index.ts";
import { faultsOf } from "../../../checks/mutants/mutant.ts";
import type { Inventory } from "../../../core/inventory.ts";
import { inventory } from "../audit/sample.ts";

/** The sample has no time service on the database hosts. */
const whole: Inventory = {
  ...inventory,
  services: [
    ...inventory.services,
    ...inventory.services
      .filter(({ service }) => service === "galera")
      .map((record) => ({ ...record, service: "chrony" as const, container: `${record.container}-chrony` })),
  ],
};

test("there are enough mutants, each with a name of its own and someone to find it", (t) => {
  t.true(mutants.length >= 14);
  t.true(mutants.filter(({ foundBy }) => foundBy.experiment).length >= 5);
  t.is(new Set(mutants.map(({ name }) => name)).size, mutants.length);
  for (const { name, title, foundBy } of mutants) {
    t.regex(name, /^[a-z0-9-]+$/);
    t.truthy(title);
    t.truthy(foundBy.rule ?? foundBy.experiment, name);
  }
});

test("the rules and checkers that find them exist", (t) => {
  const known = { rules: rules.map(({ name }) => name), checkers: checkers.map(({ name }) => name) };
  for (const { name, foundBy } of mutants) {
    const { rule, experiment } = foundBy;
    if (rule) t.true(known.rules.includes(rule), `${name}: ${rule}`);
    for (const checker of experiment?.checkers ?? []) t.true(known.checkers.includes(checker), `${name}: ${checker}`);
  }
});

test("each hurts some container, and has a healing for each", (t) => {
  for (const mutant of mutants) {
    const faults = faultsOf(mutant, whole);
    t.is(faults.length, 1, mutant.name);
    const [fault] = faults;
    const containers = mutant.of(whole).map(({ container }) => container);
    t.true(containers.length > 0, mutant.name);
    for (const container of containers) {
      for (const part of ["inject", "heal", "healed"] as const) t.true(fault![part].includes(container), mutant.name);
    }
  }
});

test("containers of different endpoints are different faults", (t) => {
  const services = whole.services.map((record) => ({ ...record, endpoint: `ssh://root@${record.host}` }));
  const [flush] = namedMutants(["flush-0"]);
  t.deepEqual(
    faultsOf(flush!, { ...whole, services }).map(({ endpoint, hosts }) => [endpoint, ...hosts]),
    [1, 2, 3].map((n) => [`ssh://root@db${n}`, `db${n}`]),
  );
});

test("a name that is no mutant's", (t) => {
  t.throws(() => namedMutants(["flush-1"]), { name: "UserError", message: /There is no mutant "flush-1": expected/ });
  t.deepEqual(
    namedMutants(["tcp-check", "sync-wait-0"]).map(({ name }) => name),
    ["sync-wait-0", "tcp-check"],
  );
});
