import test from "ava";
import { experiments, leftOut, named, type Scene } from "../../../checks/experiments/index.ts";
import { plan } from "../../../checks/faults/index.ts";
import { UserError } from "../../../core/errors.ts";
import type { Inventory } from "../../../core/inventory.ts";
import { lab } from "./site.ts";

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

test("each can be done to a lab, whoever leads", (t) => {
  for (const n of [1, 2]) {
    const scene: Scene = { inventory: lab, leader: `dns${n}`, writer: `mon${n}`, written: `db${n}`, random: () => 0.5 };
    for (const { name, faults } of experiments) {
      const planned = faults(scene).flatMap((spec) => plan(lab, spec));
      t.true(planned.length > 0, name);
      t.is(new Set(planned.map(({ id }) => id)).size, planned.length, name);
    }
  }
});

for (const missing of [
  "consul-agent",
  "icinga-satellite",
  "icinga-agent",
  "icingaweb",
  "proxy",
  "target",
  "icingadb",
]) {
  test(`a site without ${missing}: each experiment can be done, or is left out`, (t) => {
    const inventory = { ...lab, services: lab.services.filter(({ service }) => service !== missing) };
    const scene: Scene = { inventory, leader: "dns1", writer: "mon1", written: "db1", random: () => 0.5 };
    const out = leftOut(inventory).map(({ name }) => name);
    for (const { name, faults } of experiments.filter((experiment) => !out.includes(experiment.name))) {
      t.true(faults(scene).flatMap((spec) => plan(inventory, spec)).length > 0, name);
    }
  });
}

test("those that are to be told of raise objects", (t) => {
  const scene: Scene = { inventory: lab, leader: "dns1", writer: "mon1", written: "db1", random: () => 0 };
  const raised = experiments.flatMap(({ name, raises }) => (raises ? [[name, ...raises(scene)]] : []));
  t.deepEqual(raised, [
    ["database-outage", "db2!mysql"],
    ["many-hosts-cut-off", "plain3", "shop1"],
  ]);
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
  const site = (backend: "icingadb" | "ido", services: string[], endpoint = "unix:///var/run/docker.sock") =>
    ({ icinga: { backend }, services: services.map((service) => ({ service, endpoint })) }) as unknown as Inventory;
  const common = ["icinga-master", "icinga-satellite", "consul-agent", "icingaweb", "proxy", "target"];
  t.deepEqual(leftOut(site("icingadb", [...common, "redis", "icingadb"])), []);
  const without = leftOut(site("ido", common));
  t.deepEqual(
    without.map(({ name }) => name),
    ["icinga-redis-kill", "icingadb-kill", "icingadb-database-link"],
  );
  t.is(without[1]!.reason, "no icingadb is there (monitoring.backend is ido)");
  const real = leftOut(site("icingadb", [...common.slice(0, -1), "redis", "icingadb"], "ssh://me@db1"));
  t.deepEqual(
    real.map(({ name }) => name),
    ["many-hosts-cut-off", "time-lying"],
  );
  t.is(real[0]!.reason, "no target is there");
  t.regex(real[1]!.reason, /chrony sets the clock of a real host/);
});
