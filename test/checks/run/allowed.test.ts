import test from "ava";
import type { Fault } from "../../../checks/faults/fault.ts";
import { mustBeAllowed, mustBeNarrow } from "../../../checks/run/allowed.ts";
import { UserError } from "../../../core/errors.ts";
import type { Inventory } from "../../../core/inventory.ts";

const environment = (allowed: boolean | string[], blastRadius = 1) =>
  ({
    environment: "staging",
    hosts: [
      { name: "db1", domain: "dc1" },
      { name: "db2", domain: "dc2" },
    ],
    chaos: { allowed, blastRadius },
  }) as unknown as Inventory;

test("an environment that allows chaos allows every experiment", (t) => {
  t.notThrows(() => mustBeAllowed(environment(true), [{ name: "database-kill" }, { name: "monkey" }]));
});

test("one that names experiments allows these and no other", (t) => {
  t.notThrows(() => mustBeAllowed(environment(["database-kill"]), [{ name: "database-kill" }]));
  const error = t.throws(
    () => mustBeAllowed(environment(["database-kill"]), [{ name: "database-kill" }, { name: "domain-cut-off" }]),
    { instanceOf: UserError },
  );
  t.regex(error.message, /does not allow the experiment domain-cut-off: its settings allow database-kill\./);
});

test("one that says nothing refuses", (t) => {
  t.throws(() => mustBeAllowed(environment(false), [{ name: "database-kill" }]), {
    instanceOf: UserError,
    message: /allow none\. Name what may run in stacks\/Pulumi\.staging\.yaml/,
  });
});

test("faults may not hurt more domains at once than the blast radius", (t) => {
  const faults = [{ id: "kill galera on db1, db2", hosts: ["db1", "db2"] }] as Fault[];
  t.notThrows(() => mustBeNarrow(environment(true, 2), faults));
  t.throws(() => mustBeNarrow(environment(true, 1), faults), {
    instanceOf: UserError,
    message: /would hurt 2 failure domains of "staging" at once \(dc1, dc2\); its settings allow 1\./,
  });
});
