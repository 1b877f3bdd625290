import test from "ava";
import type { Observation } from "../../core/health.ts";
import type { Inventory } from "../../core/inventory.ts";
import { steadyState } from "../../health/steadyState.ts";
import { find, health, inventory, whole } from "./whole.ts";

test("when all is well, every service is a row and there is no problem", (t) => {
  const { healthy, services, problems } = steadyState(inventory(), whole());
  t.deepEqual(problems, []);
  t.true(healthy);
  t.is(services.length, whole().length);
  t.deepEqual(services[0], { domain: "fd1", host: "db1", service: "galera", state: "fine", detail: "well" });
});

/** Changes one thing in an environment that is well: these are all of the problems that come of it. */
const judged = test.macro((t, change: (all: Observation[]) => unknown, expected: string[], backend?: "ido") => {
  const all = whole();
  change(all);
  const { healthy, problems } = steadyState(inventory(backend), all);
  t.deepEqual(
    problems.map(({ text }) => text),
    expected,
  );
  t.is(healthy, expected.length === 0);
});

test(
  "a database node outside of the primary component",
  judged,
  (all) => {
    health(all, "galera", "db2").clusterStatus = "non-Primary";
  },
  ["galera on db2 (fd2) is in a non-Primary part of the cluster, not the Primary one"],
);
test(
  "a database node that is a donor",
  judged,
  (all) => {
    health(all, "galera", "db1").localState = 2;
  },
  ["galera on db1 (fd1) is in the local state 2, not Synced (4)"],
);
test(
  "a database node that is not ready, and can't be written to",
  judged,
  (all) => Object.assign(health(all, "galera", "db3"), { ready: false, readOnly: true }),
  ["galera on db3 (fd3) is not ready for queries", "galera on db3 (fd3) is read-only"],
);
test(
  "a database node that is alone, in a cluster of its own",
  judged,
  (all) => Object.assign(health(all, "galera", "db3"), { clusterSize: 1, clusterUuid: "another" }),
  ["galera on db3 (fd3) sees a cluster of 1, expected 3", "the database nodes belong to 2 different clusters"],
);

test("members of a cluster that is taken over count, as many as there may be", (t) => {
  const adopting = { ...inventory(), database: { adopt: [{ name: "old1" }, { name: "old2" }] } } as Inventory;
  const seeing = (size: number) => {
    const all = whole();
    for (const host of ["db1", "db2", "db3"]) health(all, "galera", host).clusterSize = size;
    return steadyState(adopting, all).problems.map(({ text }) => text);
  };
  for (const size of [3, 4, 5]) t.deepEqual(seeing(size), []);
  for (const size of [2, 6]) t.is(seeing(size)[0], `galera on db1 (fd1) sees a cluster of ${size}, expected 3 to 5`);
});

/** Adds an arbitrator that sees so many members. */
function arbitrate(all: Observation[], clusterSize: number): void {
  const { service, ...seen } = structuredClone(find(all, "galera", "db3"));
  all.push({
    ...seen,
    service: { ...service, service: "galera-arbitrator", host: "arb" },
    health: { state: "voting", detail: "", clusterStatus: "Primary", clusterSize },
  });
}
test(
  "an arbitrator is a member of the cluster",
  judged,
  (all) => {
    arbitrate(all, 4);
    for (const n of [1, 2, 3]) health(all, "galera", `db${n}`).clusterSize = 4;
  },
  [],
);
test("an arbitrator that is nobody's member", judged, (all) => arbitrate(all, 1), [
  "galera on db1 (fd1) sees a cluster of 3, expected 4",
  "galera on db2 (fd2) sees a cluster of 3, expected 4",
  "galera on db3 (fd3) sees a cluster of 3, expected 4",
  "galera-arbitrator on arb (fd3) sees a cluster of 1, expected 4",
]);
test(
  "a database node that is gone but still in the name",
  judged,
  (all) => {
    const gone = find(all, "galera", "db3");
    Object.assign(gone, { container: "exited", fit: false, health: undefined, error: "the container does not run" });
    for (const node of ["db1", "db2"]) health(all, "galera", node).clusterSize = 2;
    for (const n of [1, 2]) health(all, "bind", `dns${n}`).answers = ["198.18.1.11", "198.18.2.11"];
  },
  [
    "galera on db3 (fd3) is not fit: exited, the container does not run",
    "galera on db1 (fd1) sees a cluster of 2, expected 3",
    "galera on db2 (fd2) sees a cluster of 2, expected 3",
    "bind on dns3 (fd3) answers 198.18.1.11, 198.18.2.11, 198.18.3.11 for the database's name, expected 198.18.1.11, 198.18.2.11",
  ],
);
test(
  "Consul without a leader",
  judged,
  (all) => {
    for (const n of [1, 2, 3]) {
      Object.assign(health(all, "consul-server", `dns${n}`), { leader: "", isLeader: false });
      health(all, "consul-agent", `db${n}`).leader = "";
    }
  },
  [
    "Consul has 0 leaders, expected 1",
    ...[1, 2, 3].flatMap((n) => [
      `consul-agent on db${n} (fd${n}) knows no leader`,
      `consul-server on dns${n} (fd${n}) knows no leader`,
    ]),
  ],
);
test(
  "Consul with two leaders",
  judged,
  (all) => Object.assign(health(all, "consul-server", "dns3"), { leader: "198.18.3.53:8300", isLeader: true }),
  [
    "Consul has 2 leaders (dns1, dns3), expected 1",
    "Consul's members name different leaders: 198.18.1.53:8300, 198.18.3.53:8300",
  ],
);
test(
  "a Consul server that lost its vote",
  judged,
  (all) => {
    health(all, "consul-server", "dns2").voters = 2;
  },
  ["consul-server on dns2 (fd2) counts 2 voters, expected 3"],
);
test(
  "a DNS server that gives nobody",
  judged,
  (all) => {
    health(all, "bind", "dns2").answers = [];
  },
  ["bind on dns2 (fd2) answers nothing for the database's name, expected 198.18.1.11, 198.18.2.11, 198.18.3.11"],
);
test(
  "a DNS server that does not find what it was told to find",
  judged,
  (all) => {
    health(all, "bind", "dns1").unresolved = [];
    health(all, "bind", "dns2").unresolved = ["pager.corp.internal (SERVFAIL)", "ntp.example.org (no answer)"];
  },
  ["bind on dns2 (fd2) finds no pager.corp.internal (SERVFAIL), ntp.example.org (no answer)"],
);
test(
  "the order of a DNS server's answers is its own affair",
  judged,
  (all) => health(all, "bind", "dns1").answers!.reverse(),
  [],
);
test(
  "masters that are not connected to each other",
  judged,
  (all) => {
    for (const n of [1, 2])
      Object.assign(health(all, "icinga-master", `mon${n}`), { connected: [], notConnected: [`mon${3 - n}`] });
  },
  ["icinga-master on mon1 (fd1) is not connected to mon2", "icinga-master on mon2 (fd2) is not connected to mon1"],
);
test(
  "a master that was never told of the other",
  judged,
  (all) => {
    health(all, "icinga-master", "mon2").connected = [];
  },
  ["icinga-master on mon2 (fd2) does not know the other master mon1"],
);
test(
  "a master that can't notify",
  judged,
  (all) => {
    const problems = ["pager can't be told for 130 s: the address answers 500, expected 200 to 299"];
    health(all, "icinga-master", "mon1").notifications = { waiting: 3, oldest: 130, told: 0, givenUp: 0, problems };
    health(all, "icinga-master", "mon2").notifications = { waiting: 0, oldest: 0, told: 7, givenUp: 0, problems: [] };
  },
  [
    "icinga-master on mon1 (fd1) can't notify: pager can't be told for 130 s: the address answers 500, expected 200 to 299",
  ],
);
test(
  "a satellite and an agent that miss a parent",
  judged,
  (all) => {
    Object.assign(health(all, "icinga-satellite", "sat1"), { connected: ["mon1"], notConnected: ["mon2"] });
    Object.assign(health(all, "icinga-agent", "app3"), { connected: [], notConnected: ["sat3"] });
  },
  ["icinga-satellite on sat1 (fd1) is not connected to mon2", "icinga-agent on app3 (fd3) is not connected to sat3"],
);
test(
  "two masters that write",
  judged,
  (all) => {
    health(all, "icingadb", "mon2").responsible = true;
  },
  ["2 Icinga masters write to the database (mon1, mon2), expected exactly 1"],
);
test(
  "no master that writes",
  judged,
  (all) => {
    health(all, "icingadb", "mon1").responsible = false;
  },
  ["0 Icinga masters write to the database, expected exactly 1"],
);
test(
  "backend ido: the masters themselves tell who writes",
  judged,
  (all) => {
    health(all, "icinga-master", "mon2").idoActive = true;
  },
  [],
  "ido",
);
test(
  "backend ido without a writer",
  judged,
  () => {},
  ["0 Icinga masters write to the database, expected exactly 1"],
  "ido",
);
test(
  "a master that waits for the schema of the IDO",
  judged,
  (all) => {
    const seen = find(all, "icinga-master", "mon1");
    seen.fit = false;
    seen.health = { state: "waiting", detail: "no row in icinga_dbversion", idoActive: false };
    health(all, "icinga-master", "mon2").idoActive = true;
  },
  ["icinga-master on mon1 (fd1) is not fit: waiting, no row in icinga_dbversion"],
  "ido",
);
test(
  "a web front that waits for its schema",
  judged,
  (all) => {
    const seen = find(all, "icingaweb", "web1");
    seen.fit = false;
    seen.health = { state: "waiting", detail: "no row in icingaweb_schema" };
  },
  ["icingaweb on web1 (fd1) is not fit: waiting, no row in icingaweb_schema"],
);
test(
  "a web front that fails, and has no database",
  judged,
  (all) => {
    Object.assign(health(all, "icingaweb", "web2"), { status: 503, database: false });
    health(all, "proxy", "entry").backendsUp = 1;
  },
  [
    "icingaweb on web2 (fd2) gives HTTP status 503 for its login page, expected 200",
    "icingaweb on web2 (fd2) does not reach the database",
    "proxy on entry (fd4) has 1 of 2 web fronts behind it",
  ],
);
test(
  "clocks that go wrong, either way; the limits themselves are well",
  judged,
  (all) => {
    health(all, "chrony", "dns1").offset = 0.1;
    health(all, "chrony", "dns2").offset = -0.1004;
    health(all, "chrony", "dns3").offset = 1.5;
  },
  [
    "warning: the clock of chrony on dns2 (fd2) is off by -0.100 s, more than 0.1 s",
    "critical: the clock of chrony on dns3 (fd3) is off by 1.500 s, more than 1 s",
  ],
);

test(
  "a fact that is not told is no good news",
  judged,
  (all) => {
    delete health(all, "chrony", "dns1").offset;
    Object.assign(health(all, "icinga-satellite", "sat2"), { connected: [], notConnected: [] });
  },
  [
    "icinga-satellite on sat2 (fd2) knows nobody to connect to",
    "chrony on dns1 (fd1) does not tell how far its clock is off",
  ],
);

test("an environment without any service is not healthy", (t) => {
  t.false(steadyState(inventory(), []).healthy);
});

test("what has no health of its own tells what Docker says", (t) => {
  const all = whole();
  Object.assign(all[0]!, {
    container: "missing",
    fit: false,
    health: undefined,
    error: "there is no container db1-galera",
  });
  Object.assign(all[1]!, { fit: false, health: undefined, error: "health took longer than 5 s" });
  const [missing, silent] = steadyState(inventory(), all).services;
  t.deepEqual([missing!.state, missing!.detail], ["missing", "there is no container db1-galera"]);
  t.deepEqual([silent!.state, silent!.detail], ["no answer", "health took longer than 5 s"]);
});
