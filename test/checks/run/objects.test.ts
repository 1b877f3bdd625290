import test from "ava";
import type { Fault } from "../../../checks/faults/fault.ts";
import { expectedOf } from "../../../checks/run/objects.ts";
import type { Inventory } from "../../../core/inventory.ts";

const inventory = {
  services: [
    { service: "galera", host: "db1" },
    { service: "galera", host: "db2" },
  ],
  hosts: [
    { name: "db1", domain: "fd1", roles: ["database"] },
    { name: "sat1", domain: "fd1", roles: ["satellite"] },
    { name: "db2", domain: "fd2", roles: ["database"] },
  ],
  watched: [
    { name: "db1", domain: "fd1", checks: ["ping", "mysql"] },
    { name: "plain1", domain: "fd1", checks: ["ssh"] },
    { name: "db2", domain: "fd2", checks: ["ping", "load"] },
    { name: "dns2", domain: "fd2", checks: ["dns"] },
  ],
} as unknown as Inventory;
const hurting = (...hosts: string[]) => [{ hosts }] as unknown as Fault[];

test("what a hurt host may raise: itself and its checks; the machine's own load is nobody's fault", (t) => {
  t.deepEqual(expectedOf(inventory, hurting("db1"), ["db1!mysql"]), {
    must: ["db1!mysql"],
    may: ["db1", "db1!ping", "db2!load"],
  });
});

test("with a satellite its whole domain", (t) => {
  t.deepEqual(expectedOf(inventory, hurting("sat1"), []).may, [
    "sat1",
    "db1",
    "db1!ping",
    "db1!mysql",
    "plain1",
    "plain1!ssh",
    "db2!load",
  ]);
});

test("without a majority of the database whatever asks it", (t) => {
  t.true(expectedOf(inventory, hurting("db1", "db2"), []).may.includes("dns2!dns"));
  t.false(expectedOf(inventory, hurting("db1"), []).may.includes("dns2!dns"));
});
