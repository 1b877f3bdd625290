import { setTimeout } from "node:timers/promises";
import test from "ava";
import type { ServiceName } from "../../components/services.ts";
import { UserError } from "../../core/errors.ts";
import type { Observation } from "../../core/health.ts";
import type { Inventory } from "../../core/inventory.ts";
import { hindrances, lacks, observed } from "../../operations/rolling/judge.ts";
import { type Action, planOf } from "../../operations/rolling/plan.ts";
import { untilBack } from "../../operations/rolling/step.ts";
import { find, health, inventory as judged, whole } from "../health/whole.ts";

/** As an inventory lists them: by what they are, not by domain. */
const site = (all: Observation[]): Inventory => ({
  ...judged(),
  environment: "t",
  domains: ["fd3", "fd1", "fd2", "fd4"].map((name) => ({ name, subnet: "" })),
  services: all.map(({ service }) => service),
});

function planned(
  action: Action,
  service: string,
  { host, all, change }: { host?: string; all?: boolean; change?: (seen: Observation[]) => unknown } = {},
) {
  const seen = whole();
  change?.(seen);
  const members = seen
    .map((each) => each.service)
    .filter((each) => each.service === service && each.host === (host ?? each.host));
  const { nodes, together } = planOf(site(seen), action, members, seen, { all });
  return { hosts: nodes.map((node) => node.host), together };
}

const down = (seen: Observation[], service: string, ...hosts: string[]) => {
  for (const host of hosts)
    Object.assign(find(seen, service, host), { container: "exited", fit: false, health: undefined });
};

test("one domain after the other, as the settings list them", (t) => {
  t.deepEqual(planned("restart", "galera"), { hosts: ["db3", "db1", "db2"], together: false });
  t.deepEqual(planned("restart", "galera", { host: "db2" }).hosts, ["db2"]);
});

test("stop takes what runs, start what does not", (t) => {
  const change = (seen: Observation[]) => down(seen, "icingaweb", "web1");
  t.deepEqual(planned("stop", "icingaweb", { change }).hosts, ["web2"]);
  t.deepEqual(planned("start", "icingaweb", { change }).hosts, ["web1"]);
  t.deepEqual(planned("restart", "icingaweb", { change }).hosts, ["web1", "web2"]);
});

test("start takes all together where a quorum has to come first", (t) => {
  const two = (seen: Observation[]) => down(seen, "galera", "db1", "db2");
  t.deepEqual(planned("start", "galera", { change: two }), { hosts: ["db1", "db2"], together: true });
  const one = (seen: Observation[]) => down(seen, "galera", "db1");
  t.deepEqual(planned("start", "galera", { change: one }), { hosts: ["db1"], together: false });
  const fronts = (seen: Observation[]) => down(seen, "icingaweb", "web1", "web2");
  t.false(planned("start", "icingaweb", { change: fronts }).together);
});

test("stop leaves a majority, or is told --all", (t) => {
  t.deepEqual(planned("stop", "galera", { host: "db2" }).hosts, ["db2"]);
  t.is(
    t.throws(() => planned("stop", "galera"), { instanceOf: UserError })?.message,
    "Stopping galera on db3, db1, db2 would leave none of its 3 nodes fit: no majority, so galera would serve nobody. " +
      "Nothing was done. Stop one with --host <host>; or, when t is to do without, all with --all.",
  );
  t.regex(
    t.throws(() =>
      planned("stop", "consul-server", { host: "dns1", change: (seen) => down(seen, "consul-server", "dns2") }),
    )!.message,
    /would leave only dns3 of its 3 nodes fit/,
  );
  // One that hangs is no majority either.
  t.throws(() =>
    planned("stop", "galera", {
      host: "db1",
      change: (seen) => Object.assign(find(seen, "galera", "db2"), { fit: false }),
    }),
  );
  t.deepEqual(planned("stop", "galera", { all: true }).hosts, ["db3", "db1", "db2"]);
});

test("what is not there, or holds up others, is not taken", (t) => {
  const missing = (seen: Observation[]) =>
    Object.assign(find(seen, "galera", "db2"), { container: "missing", fit: false });
  t.regex(
    t.throws(() => planned("restart", "galera", { change: missing }))!.message,
    /no container of galera on db2.*trivet up t/,
  );
  const dark = (seen: Observation[]) =>
    Object.assign(find(seen, "galera", "db2"), { container: "unreachable", fit: false });
  t.regex(t.throws(() => planned("stop", "galera", { host: "db2", change: dark }))!.message, /Docker daemon of db2/);
  const pod = { ...whole()[0]!.service, service: "pod" as const };
  t.throws(() => planOf(site([]), "restart", [pod], []), { instanceOf: UserError });
});

/** Why a node may not be touched, of what is seen of its service. */
function hindering(service: ServiceName, host: string, change: (seen: Observation[]) => unknown): string[] {
  const all = whole();
  change(all);
  const records = observed(site(all), service);
  const seen = all.filter((each) => records.includes(each.service));
  return hindrances(site(all), find(all, service, host).service, seen).map(({ text }) => text);
}

test("each service is judged by its own members", (t) => {
  for (const { service } of whole())
    t.deepEqual(
      hindering(service.service, service.host, () => {}),
      [],
      service.service,
    );
});

test("no node is touched while another one is not fit, or not counted", (t) => {
  t.deepEqual(
    hindering("galera", "db1", (all) => Object.assign(find(all, "galera", "db2"), { fit: false })),
    ["galera on db2 (fd2) is not fit: fine, well"],
  );
  t.deepEqual(
    hindering("galera", "db1", (all) => {
      for (const db of ["db1", "db2", "db3"]) health(all, "galera", db).clusterSize = 2;
    }),
    ["db1 (fd1)", "db2 (fd2)", "db3 (fd3)"].map((node) => `galera on ${node} sees a cluster of 2, expected 3`),
  );
});

test("the only one that is not fit may be restarted, though the others miss it", (t) => {
  const change = (all: Observation[]) => {
    Object.assign(find(all, "galera", "db2"), { fit: false });
    for (const db of ["db1", "db3"]) health(all, "galera", db).clusterSize = 2;
  };
  t.deepEqual(hindering("galera", "db2", change), []);
  t.deepEqual(hindering("galera", "db3", change), ["galera on db2 (fd2) is not fit: fine, well"]);
});

test("another service that is not fit is no hindrance", (t) => {
  const change = (all: Observation[]) => {
    Object.assign(find(all, "galera", "db2"), { fit: false });
    for (const n of [1, 2, 3]) health(all, "bind", `dns${n}`).answers = ["198.18.1.11", "198.18.3.11"];
  };
  t.deepEqual(hindering("bind", "dns1", change), []);
});

test("a node is back when all agree with it; while others stand still, when it is fit", (t) => {
  const all = whole();
  const galera = all.filter(({ service }) => service.service === "galera");
  const { service } = galera[0]!;
  t.deepEqual(lacks(site(all), [service], galera), []);
  for (const seen of galera) seen.health!.clusterSize = 2;
  t.is(lacks(site(all), [service], galera).length, 3);
  down(all, "galera", "db3");
  t.deepEqual(lacks(site(all), [service], galera), []);
  Object.assign(galera[0]!, { fit: false, health: { state: "Joining", detail: "Primary, 2 nodes" } });
  const texts = lacks(site(all), [service], galera).map(({ text }) => text);
  t.deepEqual(texts, ["galera on db1 (fd1) is not fit: Joining, Primary, 2 nodes"]);
});

test("of nodes started together, one that ends again and again is no success of the others", (t) => {
  const all = whole();
  const galera = all.filter(({ service }) => service.service === "galera");
  const looping = { container: "restarting", fit: false, health: undefined, error: "it ends again and again" };
  Object.assign(find(all, "galera", "db1"), looping);
  const nodes = galera.map(({ service }) => service);
  const texts = lacks(site(all), nodes, galera).map(({ text }) => text);
  t.deepEqual(texts, ["galera on db1 (fd1) is not fit: it ends again and again"]);
});

test("a stop ends a loop, and a start waits for it", (t) => {
  const change = (seen: Observation[]) =>
    Object.assign(find(seen, "icingadb", "mon1"), { container: "restarting", fit: false, health: undefined });
  t.deepEqual(planned("stop", "icingadb", { change }).hosts, ["mon1", "mon2"]);
  t.deepEqual(planned("start", "icingadb", { change }).hosts, ["mon1"]);
});

test("a node is back when it has been fit for a while in one life", async (t) => {
  const all = whole();
  const { service } = find(all, "icingadb", "mon1");
  const seen = all.filter((each) => each.service.service === "icingadb");
  const back = untilBack(site(all), [service], 40);
  const look = (startedAt: string) => {
    Object.assign(find(all, "icingadb", "mon1"), { life: { running: true, startedAt, restarts: 0 } });
    return back(seen).map(({ text }) => text);
  };
  const waits = ["icingadb on mon1 (fd1) is fit, but not yet for 0.04 s"];
  t.deepEqual(look("a"), waits);
  await setTimeout(60);
  t.deepEqual(look("b"), waits, "another life");
  await setTimeout(60);
  t.deepEqual(look("b"), []);
});

/** The third node only votes. */
const arbitrated = (all: Observation[]) => {
  const third = find(all, "galera", "db3");
  third.service = { ...third.service, service: "galera-arbitrator" };
};
test("an arbitrator votes with two nodes: one of them may be taken, as long as it does", (t) => {
  t.deepEqual(planned("stop", "galera", { host: "db1", change: arbitrated }).hosts, ["db1"]);
  t.deepEqual(hindering("galera", "db1", arbitrated), []);
  t.deepEqual(hindering("galera-arbitrator", "db3", arbitrated), []);
  const silent = (all: Observation[]) => {
    arbitrated(all);
    down(all, "galera-arbitrator", "db3");
    for (const node of ["db1", "db2"]) health(all, "galera", node).clusterSize = 2;
  };
  t.regex(
    t.throws(() => planned("stop", "galera", { host: "db1", change: silent }))!.message,
    /only db2 of its 3 nodes/,
  );
  t.is(hindering("galera", "db1", silent).length, 2);
});
