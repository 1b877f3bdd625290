import test from "ava";
import type { Scene } from "../../../checks/experiments/index.ts";
import { monkey } from "../../../checks/run/monkey.ts";
import { randomOf, seedOf } from "../../../checks/run/random.ts";
import type { Inventory } from "../../../core/inventory.ts";

const services = ["db1 galera", "db2 galera", "dns1 bind", "db1 pod", "wan router", "db1 chrony"].map((text) => {
  const [host, service] = text.split(" ");
  return { host, service };
});
const inventory = { services } as unknown as Inventory;

function drawn(seed: number, count: number) {
  const experiments = monkey(seed);
  return Array.from({ length: count }, () => {
    const { name, hold, faults } = experiments.next().value;
    const scene: Scene = { inventory, leader: "", writer: "", written: "", random: randomOf(seedOf(seed, name)) };
    return { name, hold, faults: faults(scene) };
  });
}

test("the same seed draws the same, another one does not", (t) => {
  t.deepEqual(drawn(7, 20), drawn(7, 20));
  t.notDeepEqual(drawn(7, 20), drawn(8, 20));
});

test("two faults at once, on two hosts, never on what holds a network", (t) => {
  for (const { faults, hold } of drawn(1, 200)) {
    t.is(faults.length, 2);
    const [first, second] = faults.map(({ hosts }) => hosts[0]);
    t.not(first, second);
    t.false(faults.some(({ service, hosts }) => service === "pod" || hosts.includes("wan")));
    t.true(hold >= 8 && hold <= 20);
  }
});
