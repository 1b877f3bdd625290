import test from "ava";
import { execa } from "execa";
import { clock, timeLying } from "../../../checks/faults/clock.ts";
import type { Fault, FaultSpec } from "../../../checks/faults/fault.ts";
import { UserError } from "../../../core/errors.ts";
import type { Inventory } from "../../../core/inventory.ts";

const record = (host: string, service: string) => ({
  ...{ host, service, domain: "fd1", address: "198.18.1.11", endpoint: "unix:///run/x" },
  container: `trivet-t-${host}-${service}`,
});
const inventory = {
  services: [
    record("db1", "galera"),
    record("db2", "galera"),
    record("db1", "galera-supervisor"),
    record("dns1", "chrony"),
  ],
} as Inventory;
const given = (values: FaultSpec["with"], more: Partial<FaultSpec> = {}): FaultSpec => ({
  ...{ fault: "clock", hosts: ["db1"], with: values },
  ...more,
});
const scripts = ({ prepare, inject, injected, heal, healed, restore }: Fault) =>
  [prepare, inject, injected, heal, healed, restore].filter((script) => script !== undefined);

test("every script is bash", async (t) => {
  const faults = [
    ...(
      [
        { offset: 1900 },
        { step: -30 },
        { drift: 1.05 },
        { offset: -1900, restart: 1 },
        { offset: -3600, supervisor: 1 },
      ] as FaultSpec["with"][]
    ).flatMap((values) => clock(given(values), inventory)),
    ...timeLying({ fault: "time-lying", hosts: ["dns1"], with: { offset: 60 } }, inventory),
  ];
  t.is(faults.length, 6);
  for (const script of faults.flatMap(scripts)) await execa("bash", ["-n", "-c", script]);
  t.is(new Set(faults.map(({ id }) => id)).size, 6);
});

test("an offset goes into the file that libfaketime reads, and so does its end", (t) => {
  const [fault] = clock(given({ offset: -1900 }), inventory);
  t.true(fault!.inject.includes("'-1900s x1.0'"));
  t.true(fault!.heal.includes("'+0 x1.0'"));
  t.deepEqual([fault!.id, fault!.hosts], ["clock -1900 s galera on db1", ["db1"]]);
});

test("only a restart restarts, and only what is prepared is restored", (t) => {
  const [running] = clock(given({ offset: 5 }), inventory);
  t.false(running!.inject.includes("docker restart"));
  const [restarted] = clock(given({ offset: 5, restart: 1 }), inventory);
  t.true(restarted!.inject.endsWith("docker restart -t 60 trivet-t-db1-galera"));
  for (const fault of [running!, restarted!]) {
    t.true(fault.prepare!.includes("libfaketimeMT.so.1"));
    t.true(fault.restore!.includes("docker restart"));
  }
});

test("with its supervisor: both are set, its connections end, and it must find the database again", (t) => {
  const [fault] = clock(given({ offset: -3600, supervisor: 1 }), inventory);
  t.is(fault!.id, "clock -3600 s galera and its supervisor on db1");
  for (const container of ["trivet-t-db1-galera", "trivet-t-db1-galera-supervisor"]) {
    for (const script of [fault!.prepare, fault!.inject, fault!.heal, fault!.healed, fault!.restore]) {
      t.regex(script!, new RegExp(`${container}(?![-a-z])`));
    }
  }
  t.true(fault!.inject.includes("WHERE user = 'trivet_supervisor'"));
  t.true(fault!.injected!.endsWith("docker exec trivet-t-db1-galera-supervisor health"));
});

test("one fault for each host", (t) => {
  const ids = clock(given({ drift: 1.05 }, { hosts: ["db1", "db2"] }), inventory).map(({ id }) => id);
  t.deepEqual(ids, ["clock ×1.05 galera on db1", "clock ×1.05 galera on db2"]);
});

const refused = test.macro((t, spec: FaultSpec) => {
  t.throws(() => clock(spec, inventory), { instanceOf: UserError });
});
test("neither offset nor drift", refused, given({}));
test("both", refused, given({ offset: 5, drift: 1.05 }));
test("no number", refused, given({ offset: "five" }));
test("a clock that stands still", refused, given({ drift: 0 }));
test("a drift of the supervisor's", refused, given({ drift: 1.05, supervisor: 1 }));
test("another service", refused, given({ offset: 5 }, { service: "bind" }));
test("a host without a database", refused, given({ offset: 5 }, { hosts: ["dns1"] }));
