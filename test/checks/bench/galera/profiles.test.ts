import test from "ava";
import fc from "fast-check";
import { type Evs, evsFaults, galeraDefaults, parseEvs, setSql } from "../../../../checks/bench/galera/profiles.ts";
import type { Inventory } from "../../../../core/inventory.ts";

const lan: Evs = {
  keepalive_period: 0.3,
  inactive_check_period: 0.1,
  suspect_timeout: 1,
  inactive_timeout: 5,
  install_timeout: 5,
  join_retrans_period: 0.2,
};

/** What the library refuses (galera-4 26.4.23). */
const refused = (evs: Evs) =>
  evs.install_timeout > evs.inactive_timeout ||
  evs.keepalive_period > evs.suspect_timeout / 3 ||
  evs.inactive_check_period > evs.suspect_timeout / 2 ||
  evs.suspect_timeout > evs.inactive_timeout;

/** Every state that a node goes through. */
function* states(before: Evs, sql: string) {
  const evs = { ...before };
  for (const statement of sql.split("; ")) {
    const [, name, value] = /^SET GLOBAL wsrep_provider_evs_(\w+) = ([\d.]+)$/.exec(statement)!;
    evs[name as keyof Evs] = Number(value);
    yield { ...evs };
  }
}

test("from any time-outs to any others without one that the library refuses on the way, also where some are set already", (t) => {
  const seconds = fc.double({ min: 0.5, max: 20, noNaN: true }).map((value) => Math.round(value * 10) / 10);
  const evs = fc
    .record({ suspect: seconds, more: seconds, a: fc.double({ min: 0.1, max: 1, noNaN: true }), retrans: seconds })
    .map(
      ({ suspect, more, a, retrans }): Evs => ({
        keepalive_period: (suspect / 3) * a,
        // Stays as it is on a node that runs.
        inactive_check_period: 0.1,
        suspect_timeout: suspect,
        inactive_timeout: suspect + more,
        install_timeout: (suspect + more) * a,
        join_retrans_period: retrans,
      }),
    );
  t.notThrows(() =>
    fc.assert(
      fc.property(evs, evs, (before, wanted) => {
        const sql = setSql(wanted, before);
        const ends = [before, wanted].map((start) => [...states(start, sql)]);
        return ends.every(
          (passed) =>
            passed.every((state) => !refused(state)) && JSON.stringify(passed.at(-1)) === JSON.stringify(wanted),
        );
      }),
    ),
  );
});

test("what is read back is what is there, or nothing", (t) => {
  const lines = Object.entries(lan).map(([name, value]) => `wsrep_provider_evs_${name}\t${value.toFixed(6)}`);
  t.deepEqual(parseEvs(["wsrep_provider_evs_auto_evict\tOFF", ...lines, ""].join("\n")), lan);
  t.is(parseEvs(lines.slice(1).join("\n")), undefined);
  t.is(parseEvs("ERROR 1047 (08S01): WSREP has not yet prepared node for application use"), undefined);
});

test("the guard has on record how the nodes' own time-outs are put back", (t) => {
  const node = (host: string) => ({
    service: "galera",
    host,
    endpoint: "unix:///x",
    container: `trivet-x-${host}-galera`,
  });
  const inventory = { services: ["db1", "db2", "db3"].map(node) } as unknown as Inventory;
  const faults = evsFaults(inventory, { ...lan, ...galeraDefaults }, lan);
  t.is(faults.length, 1);
  const { inject, injected, heal, healed } = faults[0]!;
  for (const script of [inject, injected!, heal, healed]) {
    for (const host of ["db1", "db2", "db3"]) t.true(script.includes(`docker exec trivet-x-${host}-galera mariadb`));
  }
  t.true(inject.includes("wsrep_provider_evs_suspect_timeout = 5"));
  t.true(heal.includes("wsrep_provider_evs_suspect_timeout = 1;"));
});
