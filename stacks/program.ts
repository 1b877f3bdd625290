import * as pulumi from "@pulumi/pulumi";
import { bind } from "../components/bind/facts.ts";
import { DnsForwarder } from "../components/bind/index.ts";
import { chrony } from "../components/chrony/facts.ts";
import { TimeService } from "../components/chrony/index.ts";
import { consulServer } from "../components/consul/facts.ts";
import { ConsulCluster } from "../components/consul/index.ts";
import { arbitrator, galera, ports, supervisor as supervisorFacts } from "../components/galera/facts.ts";
import { GaleraCluster, GaleraSupervisor } from "../components/galera/index.ts";
import { icingaDb, icingaMaster, icingaWeb, webPort } from "../components/icinga/facts.ts";
import {
  type DatabaseAccess,
  IcingaAgent,
  IcingaMasters,
  IcingaSatellite,
  IcingaWeb,
} from "../components/icinga/index.ts";
import { checkName, type WatchedHost } from "../components/icinga/watched.ts";
import { proxy } from "../components/proxy/facts.ts";
import { EntryProxy } from "../components/proxy/index.ts";
import { createReceiver } from "../components/receiver/index.ts";
import { serviceRecord } from "../components/service.ts";
import { factsOf, type Role } from "../components/services.ts";
import { subnetsOf } from "../core/domain.ts";
import { type Duration, seconds } from "../core/duration.ts";
import type { Host } from "../core/host.ts";
import type { InventoryOutput } from "../core/inventory.ts";
import { createTarget } from "../lab/target.ts";
import type { RunWishes, Secrets } from "./config.ts";
import { databases, webDatabase } from "./databases.ts";
import { flowsOf } from "./flows.ts";
import { outsideFlows, withinFlows } from "./flows-outside.ts";
import { createSite, type Site } from "./hosts.ts";
import { withLimits } from "./limits.ts";
import { type MachineService, machineKinds } from "./machines.ts";
import { databaseArgs } from "./settings/database.ts";
import { entryPort } from "./settings/entry.ts";
import type { Environment, Settings } from "./settings.ts";

/** The service by which clients find a healthy node of the database, and its name in DNS. */
const databaseService = "galeradb";
const databaseName = `${databaseService}.service.consul`;
/** The service that names exactly one of the healthy nodes, for those that write. */
const writerService = "galeradb-writer";
const writerName = `${writerService}.service.consul`;

/**
 * The whole of an environment, the same for a lab and for real hosts. Each part waits for the one before, so that an
 * update which reaches several of them still takes one failure domain at a time.
 */
export function createEnvironment(
  environment: string,
  { settings, watched: given }: Pick<Environment, "settings" | "watched">,
  secrets: Secrets = {},
  { without }: RunWishes = {},
): InventoryOutput {
  const watched = withLimits(settings, mastersTell(settings, given));
  const flows = flowsOf(settings, watched);
  const site = createSite(environment, settings, flows);
  const withRole = (role: Role) =>
    site.hosts.filter(({ name }) => settings.hosts.some((host) => host.name === name && host.roles.includes(role)));
  const subnets = settings.domains.flatMap(subnetsOf);

  const limits = { warning: seconds(settings.time.warning), critical: seconds(settings.time.critical) };
  const time = new TimeService("time", {
    hosts: site.hosts,
    servers: withRole("time"),
    image: site.image(chrony, site.hosts),
    clients: subnets,
    upstream: settings.time.upstream,
    // Pods share this machine's clock, which is not ours to set.
    controlClock: settings.lab === undefined,
  });

  const [arbitratorHost] = withRole("arbitrator");
  const { clock, ...databaseSettings } = databaseArgs(settings);
  const database = new GaleraCluster("galera", {
    ...databaseSettings,
    hosts: withRole("database"),
    image: site.image(galera, withRole("database")),
    arbitrator: arbitratorHost && { host: arbitratorHost, image: site.image(arbitrator, [arbitratorHost]) },
    databases: databases.map((made) =>
      made.name === "trivet_app" ? { ...made, password: secrets.databasePassword } : made,
    ),
    monitorPassword: secrets.monitorPassword,
    clock: { ...clock, servers: withRole("time").map(({ address }) => address) },
    consulServices: [databaseService],
    without,
  });
  if (without) {
    void pulumi.log.warn(
      `A change of the database does not wait for ${without.join(", ")}: you said to go on without.`,
    );
  }
  const access = databaseAccess(database);

  const consul = new ConsulCluster(
    "consul",
    {
      hosts: withRole("discovery"),
      image: site.image(consulServer, [...withRole("discovery"), ...withRole("database")]),
      services: [
        database.consulService({ name: databaseService, tags: [settings.database.cluster] }),
        database.consulDiskService({ name: `${databaseService}-disk` }),
      ],
      datacenter: settings.discovery.datacenter,
      raftMultiplier: settings.discovery.raftMultiplier,
      recursors: settings.dns.upstream,
      gossipKey: secrets.gossipKey,
      // The writer is another one from one moment to the next.
      serviceTtl: { [writerService]: "0s" },
    },
    { dependsOn: database },
  );

  const supervisor = new GaleraSupervisor(
    "supervisor",
    {
      cluster: database,
      image: site.image(supervisorFacts, withRole("database")),
      service: databaseService,
      writer: writerService,
    },
    { dependsOn: consul },
  );

  const dns = new DnsForwarder(
    "dns",
    {
      hosts: withRole("discovery"),
      image: site.image(bind, withRole("discovery")),
      clients: subnets,
      probe: databaseName,
      forwarders: settings.dns.upstream,
      validate: settings.dns.validate,
      unsigned: settings.dns.unsigned,
      lookups: settings.dns.lookup,
    },
    { dependsOn: [consul, supervisor] },
  );

  const satelliteHosts = withRole("satellite");
  const agentHosts = withRole("agent");
  const icingaImage = site.image(icingaMaster, [...withRole("master"), ...satelliteHosts, ...agentHosts]);
  const masters = new IcingaMasters(
    "icinga",
    {
      hosts: withRole("master"),
      satellites: satelliteHosts,
      agents: agentHosts,
      image: icingaImage,
      icingadbImage: site.image(icingaDb, withRole("master")),
      backend: settings.monitoring.backend,
      retention: settings.monitoring.retention,
      // Two daemons write at once: on one node they wait for each other, on two they would undo each other's transactions.
      database: access("icinga", writerName),
      dnsServers: dns.servers,
      watched,
      checkInterval: settings.monitoring.checkInterval,
      credentials: { monitor: database.monitor },
      recipients: settings.monitoring.notify,
      apiPassword: secrets.apiPassword,
    },
    { dependsOn: dns },
  );
  const watchers = createWatchers(masters, satelliteHosts, agentHosts, icingaImage);

  const web = new IcingaWeb(
    "icingaweb",
    {
      hosts: withRole("web"),
      image: site.image(icingaWeb, withRole("web")),
      masters,
      database: access(webDatabase, writerName),
      // The database that Icinga writes to, as a user who may only read it.
      backendDatabase: { ...access(webDatabase), name: "icinga" },
      dnsServers: dns.servers,
      administrator: settings.web.user,
      administratorPassword: secrets.webPassword,
    },
    { dependsOn: [masters, ...watchers] },
  );

  const [entryHost] = withRole("entry");
  const entry = new EntryProxy(
    "entry",
    {
      host: entryHost!,
      image: site.image(proxy, [entryHost!]),
      backends: withRole("web"),
      backendPort: webPort,
      port: entryPort(settings),
      // Docker publishes a pod's port from outside of it.
      bindAddress: settings.lab ? "0.0.0.0" : settings.web.address,
    },
    { dependsOn: web },
  );

  database.retireFormerPasswords([consul, supervisor, masters, ...watchers, web]);

  const parts = [time, database, consul, supervisor, dns, masters, ...watchers, web, entry];
  const machines = createMachines(site, settings);
  site.closeFormerFlows([...parts, ...machines.map(({ resource }) => resource)]);

  return {
    version: 1,
    environment,
    domains: settings.domains,
    hosts: site.hosts.map(({ name, domain, address, endpoint }) => ({
      name,
      domain,
      address,
      endpoint,
      roles: settings.hosts.find((host) => host.name === name)!.roles,
    })),
    services: [...site.services, ...machines.map(({ record }) => record), ...parts.flatMap(({ services }) => services)],
    watched: watched.map(({ name, address, domain, checks }) => ({
      name,
      address,
      domain,
      checks: checks.map(checkName),
    })),
    dnsServers: dns.servers,
    database: {
      cluster: settings.database.cluster,
      adopt: settings.database.adopt,
      name: databaseName,
      writerName,
      port: ports.client,
      joinTimeout: seconds(settings.database.joinTimeout),
      disk: database.disk,
      application: access("trivet_app"),
      monitor: database.monitor,
    },
    discovery: { datacenter: settings.discovery.datacenter },
    time: { servers: withRole("time").map(({ name }) => name), ...limits },
    icinga: { api: masters.asker, backend: masters.backend, retention: settings.monitoring.retention },
    web: { url: `http://${settings.web.address}:${settings.web.port}`, login: web.login },
    flows,
    otherFlows: { outside: outsideFlows(settings, watched), within: withinFlows(settings, watched) },
    chaos: {
      allowed: settings.allowChaos,
      blastRadius: settings.chaos.blastRadius,
      budgets: mapValues(settings.chaos.budgets, milliseconds),
      checkInterval: milliseconds(settings.monitoring.checkInterval),
    },
  };
}

/** Whether people can be told is watched on each master that is watched at all. */
function mastersTell({ hosts, monitoring }: Settings, watched: readonly WatchedHost[]): WatchedHost[] {
  const masters = hosts.filter(({ roles }) => roles.includes("master")).map(({ name }) => name);
  const isTold = ({ name, checks }: WatchedHost) =>
    monitoring.notify.length === 0 || !masters.includes(name) || checks.some(({ kind }) => kind === "notifications");
  return watched.map((host) =>
    isTold(host) ? host : { ...host, checks: [...host.checks, { kind: "notifications" as const }] },
  );
}

const milliseconds = (duration: Duration) => seconds(duration) * 1000;
const mapValues = <K extends string, A, B>(record: Record<K, A>, map: (value: A) => B) =>
  Object.fromEntries(Object.entries<A>(record).map(([key, value]) => [key, map(value)])) as Record<K, B>;

/** How a client reaches one of the databases: by the name that leads to a healthy node, or by the writer's. */
function databaseAccess(cluster: GaleraCluster) {
  return (name: string, host = databaseName): DatabaseAccess<pulumi.Output<string>> => {
    const { user, password } = cluster.databases.find((database) => database.name === name)!;
    return { host, port: ports.client, name, user, password };
  };
}

/** The satellites one domain after the other, then the agents that they ask. */
function createWatchers(
  masters: IcingaMasters,
  satelliteHosts: Host[],
  agentHosts: Host[],
  image: pulumi.Output<string>,
): (IcingaSatellite | IcingaAgent)[] {
  const satellites: IcingaSatellite[] = [];
  for (const [domain, hosts] of Map.groupBy(satelliteHosts, (host) => host.domain)) {
    const before = satellites.length > 0 ? satellites.slice(-1) : [masters];
    satellites.push(new IcingaSatellite(`icinga-${domain}`, { masters, hosts, image }, { dependsOn: before }));
  }
  const agents: IcingaAgent[] = [];
  for (const host of agentHosts) {
    const before = agents.length > 0 ? agents.slice(-1) : satellites.slice(-1);
    agents.push(new IcingaAgent(`icinga-${host.name}`, { masters, host, image }, { dependsOn: before }));
  }
  return [...satellites, ...agents];
}

const machineMakers: Record<MachineService, (host: Host, image: pulumi.Input<string>) => pulumi.Resource> = {
  target: createTarget,
  receiver: createReceiver,
};

/** Creates the services on the lab's machines beside the hosts. */
function createMachines({ machines, image }: Site, { lab }: Settings) {
  if (!lab) return [];
  return machineKinds.flatMap(({ service, places }) =>
    machines(places(lab)).map((host) => ({
      resource: machineMakers[service](host, image(factsOf(service), [host])),
      record: serviceRecord(host, service),
    })),
  );
}
