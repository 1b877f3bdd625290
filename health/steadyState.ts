import { bind } from "../components/bind/facts.ts";
import { chrony } from "../components/chrony/facts.ts";
import { consulAgent, consulServer } from "../components/consul/facts.ts";
import { galera } from "../components/galera/facts.ts";
import { icingaAgent, icingaDb, icingaMaster, icingaSatellite, icingaWeb } from "../components/icinga/facts.ts";
import { proxy } from "../components/proxy/facts.ts";
import { othersVoting, votersWith } from "../components/services.ts";
import type { Inventory } from "../core/inventory.ts";
import type { ServiceName } from "../core/service.ts";
import type { Health, Observation, Problem, RuleName } from "./facts.ts";

/** A service as a person reads it. */
export interface Row {
  domain: string;
  host: string;
  service: string;
  state: string;
  detail: string;
}

export interface Verdict {
  /** True when every service is fit and the services agree with each other. */
  healthy: boolean;
  services: Row[];
  /** Why it is not healthy. */
  problems: Problem[];
}

/** Galera's number for a node that is up to date. */
const SYNCED = 4;

/**
 * Judges an environment at rest: each node by its own health script, and together what no node can know by itself.
 * A pure function over what was observed, so that histories written by hand test it.
 */
export function steadyState(inventory: Inventory, observations: readonly Observation[]): Verdict {
  const problems = [
    ...observations.filter((seen) => !seen.fit).map(unfit),
    ...database(observations),
    ...discovery(observations),
    ...names(observations),
    ...monitoring(inventory, observations),
    ...fronts(observations),
    ...clocks(inventory, observations),
  ];
  return { healthy: problems.length === 0 && observations.length > 0, services: observations.map(row), problems };
}

function row({ service: { domain, host, service }, container, health, error, ended }: Observation): Row {
  const state = health?.state ?? (container === "running" ? "no answer" : container);
  const detail = [health?.detail ?? error, ended].filter(Boolean).join("; ");
  return { domain, host, service, state, detail };
}

const where = ({ service: { service, host, domain } }: Observation) => `${service} on ${host} (${domain})`;

function unfit(seen: Observation): Problem {
  const { state, detail } = row(seen);
  return problem("unfit", seen, `is not fit: ${[state, detail].filter(Boolean).join(", ")}`);
}

/** What was observed of a service, with its facts; a node without any is told of as unfit already. */
const of = (observations: readonly Observation[], ...services: readonly ServiceName[]) =>
  observations.filter((seen): seen is Observation & { health: Health } =>
    Boolean(seen.health && services.includes(seen.service.service)),
  );

/** A problem of one node; the text goes on after its name. */
const problem = (rule: RuleName, node: Observation, text: string): Problem => ({
  rule,
  service: node.service.service,
  node,
  text: `${where(node)} ${text}`,
});

const when = (wrong: unknown, rule: RuleName, node: Observation, text: string): Problem[] =>
  wrong ? [problem(rule, node, text)] : [];

/** A problem of a service as a whole. */
const disagree = (wrong: unknown, rule: RuleName, service: ServiceName, text: string): Problem[] =>
  wrong ? [{ rule, service, text }] : [];

function database(observations: readonly Observation[]): Problem[] {
  // All that vote are members.
  const voters = votersWith(galera.name);
  const expected = observations.filter(({ service: { service } }) => voters.includes(service)).length;
  const nodes = of(observations, galera.name);
  const uuids = new Set(nodes.map(({ health }) => health.clusterUuid));
  return [
    ...nodes.flatMap((node) => {
      const { clusterStatus, localState, ready, readOnly, clusterSize } = node.health;
      return [
        ...when(
          clusterStatus !== "Primary",
          "component",
          node,
          `is in a ${clusterStatus} part of the cluster, not the Primary one`,
        ),
        ...when(localState !== SYNCED, "synced", node, `is in the local state ${localState}, not Synced (${SYNCED})`),
        ...when(ready !== true, "ready", node, "is not ready for queries"),
        ...when(readOnly !== false, "writable", node, "is read-only"),
        ...when(
          clusterSize !== expected,
          "cluster-size",
          node,
          `sees a cluster of ${clusterSize}, expected ${expected}`,
        ),
      ];
    }),
    // Those without data count the members, and know nothing else.
    ...of(observations, ...othersVoting(galera.name)).flatMap((voter) => {
      const { clusterStatus, clusterSize } = voter.health;
      return when(
        clusterStatus === "Primary" && clusterSize !== expected,
        "cluster-size",
        voter,
        `sees a cluster of ${clusterSize}, expected ${expected}`,
      );
    }),
    ...disagree(
      uuids.size > 1,
      "one-cluster",
      galera.name,
      `the database nodes belong to ${uuids.size} different clusters`,
    ),
  ];
}

function discovery(observations: readonly Observation[]): Problem[] {
  const expected = observations.filter((seen) => seen.service.service === consulServer.name).length;
  const servers = of(observations, consulServer.name);
  const members = of(observations, consulServer.name, consulAgent.name);
  const leaders = servers.filter(({ health }) => health.isLeader);
  const named = new Set(members.map(({ health }) => health.leader).filter(Boolean));
  return [
    ...disagree(
      servers.length > 0 && leaders.length !== 1,
      "one-leader",
      consulServer.name,
      `Consul has ${leaders.length} leaders${leaders.length ? ` (${leaders.map((leader) => leader.service.host).join(", ")})` : ""}, expected 1`,
    ),
    ...disagree(
      named.size > 1,
      "one-leader",
      consulServer.name,
      `Consul's members name different leaders: ${[...named].sort().join(", ")}`,
    ),
    ...members.flatMap((member) => when(!member.health.leader, "leader", member, "knows no leader")),
    ...servers.flatMap((server) =>
      when(
        server.health.voters !== expected,
        "voters",
        server,
        `counts ${server.health.voters} voters, expected ${expected}`,
      ),
    ),
  ];
}

/** Every DNS server gives exactly the database nodes that are fit. */
function names(observations: readonly Observation[]): Problem[] {
  const fit = observations
    .filter((seen) => seen.service.service === galera.name && seen.fit)
    .map((seen) => seen.service.address);
  const list = (addresses: readonly string[]) => [...addresses].sort().join(", ") || "nothing";
  return of(observations, bind.name).flatMap((server) => {
    const given = list(server.health.answers ?? []);
    return when(
      given !== list(fit),
      "names",
      server,
      `answers ${given} for the database's name, expected ${list(fit)}`,
    );
  });
}

function monitoring(inventory: Inventory, observations: readonly Observation[]): Problem[] {
  // One that waits for its database knows nobody yet, and says why.
  const masters = of(observations, icingaMaster.name).filter(({ health }) => health.connected !== undefined);
  const connections = of(observations, icingaMaster.name, icingaSatellite.name, icingaAgent.name).flatMap((node) => {
    const { connected = [], notConnected = [] } = node.health;
    return [
      ...when(notConnected.length > 0, "connected", node, `is not connected to ${notConnected.join(", ")}`),
      ...when(
        node.fit && node.service.service !== icingaMaster.name && connected.length + notConnected.length === 0,
        "connected",
        node,
        "knows nobody to connect to",
      ),
    ];
  });
  const pairs = masters.flatMap((master) => {
    const others = observations
      .filter((seen) => seen.service.service === icingaMaster.name && seen.service.host !== master.service.host)
      .map((seen) => seen.service.host);
    const missing = others.filter(
      (other) => !master.health.connected?.includes(other) && !master.health.notConnected?.includes(other),
    );
    return when(missing.length > 0, "other-master", master, `does not know the other master ${missing.join(", ")}`);
  });
  const notifications = masters.flatMap((master) =>
    (master.health.notifications?.problems ?? []).map((why) =>
      problem("notifications", master, `can't notify: ${why}`),
    ),
  );
  return [...connections, ...pairs, ...notifications, ...writers(inventory, observations)];
}

/** Of the programs that may write states to the database, exactly one does. */
function writers(inventory: Inventory, observations: readonly Observation[]): Problem[] {
  const ido = inventory.icinga.backend === "ido";
  const writer = ido ? icingaMaster.name : icingaDb.name;
  const candidates = of(observations, writer);
  const active = candidates.filter(({ health }) => (ido ? health.idoActive : health.responsible));
  const named = active.map((seen) => seen.service.host).join(", ");
  return disagree(
    candidates.length > 0 && active.length !== 1,
    "one-writer",
    writer,
    `${active.length} Icinga masters write to the database${named && ` (${named})`}, expected exactly 1`,
  );
}

function fronts(observations: readonly Observation[]): Problem[] {
  const expected = observations.filter((seen) => seen.service.service === icingaWeb.name).length;
  return [
    // One that waits for its database has no page yet, and says why.
    ...of(observations, icingaWeb.name)
      .filter(({ health }) => health.status !== undefined)
      .flatMap((front) => [
        ...when(
          front.health.status !== 200,
          "page",
          front,
          `gives HTTP status ${front.health.status} for its login page, expected 200`,
        ),
        ...when(front.health.database !== true, "web-database", front, "does not reach the database"),
      ]),
    ...of(observations, proxy.name).flatMap((entry) =>
      when(
        entry.health.backendsUp !== expected,
        "backends",
        entry,
        `has ${entry.health.backendsUp} of ${expected} web fronts behind it`,
      ),
    ),
  ];
}

function clocks({ time }: Inventory, observations: readonly Observation[]): Problem[] {
  return of(observations, chrony.name).flatMap((clock) => {
    const { offset } = clock.health;
    if (offset === undefined) return when(clock.fit, "clock", clock, "does not tell how far its clock is off");
    const off = Math.abs(offset);
    if (off <= time.warning) return [];
    const level = off > time.critical ? "critical" : "warning";
    const text = `${level}: the clock of ${where(clock)} is off by ${offset.toFixed(3)} s, more than ${time[level]} s`;
    return [{ rule: "clock", service: chrony.name, node: clock, text }];
  });
}
