/** A host's purpose. Every host also gets chrony; a database host without `discovery` gets a Consul agent. */
export const roles = [
  /** A node of the Galera cluster. */
  "database",
  /** Votes with the database nodes and holds no data: for a site of two domains, in a third place. */
  "arbitrator",
  /** A Consul server with BIND beside it. */
  "discovery",
  /** Serves the site's time to the other hosts. */
  "time",
  /** One of the two Icinga masters. */
  "master",
  /** Checks the hosts of its domain. */
  "satellite",
  /** Is itself watched from inside: disk, load. */
  "agent",
  /** Icinga Web. */
  "web",
  /** The one address for people, in front of Icinga Web. */
  "entry",
] as const;
export type Role = (typeof roles)[number];

/**
 * Every service that Trivet runs, in the order in which they carry each other: what stands on one that is down is rarely the
 * reason itself. The last part of a container's name, and the service's name in the inventory.
 */
export const serviceNames = [
  "router",
  "pod",
  "chrony",
  "consul-server",
  "consul-agent",
  "galera",
  "galera-arbitrator",
  "galera-supervisor",
  "bind",
  "redis",
  "icingadb",
  "icinga-master",
  "icinga-satellite",
  "icinga-agent",
  "icingaweb",
  "proxy",
  "target",
  "receiver",
] as const;
export type ServiceName = (typeof serviceNames)[number];

export const isServiceName = (name: string): name is ServiceName => (serviceNames as readonly string[]).includes(name);

/** A port that a service takes on its host. */
export interface Port {
  protocol: "tcp" | "udp";
  port: number;
}

export const tcp = (port: number): Port => ({ protocol: "tcp", port });
export const udp = (port: number): Port => ({ protocol: "udp", port });

/** All that other rooms may know of a service, told in the `facts.ts` of its own folder. */
export interface ServiceFacts<Name extends ServiceName = ServiceName> {
  name: Name;
  /** As people know it: `MariaDB Galera`. */
  title: string;
  /**
   * `product`: what Trivet is for. `network`: holds the network that a host's other services use, so it can't be taken alone.
   * `lab`: a machine that is only watched, or told.
   */
  kind: "product" | "network" | "lab";
  /** The role of the hosts that run it; absent for what runs on every host, or is made by the lab. */
  role?: Role;
  /** With this role as well, a host runs something else in its place. */
  unless?: Role;
  /** It stands on a host beside the service that the host is for. */
  beside?: true;
  /** Ports that it takes on its host, whatever the settings say. */
  ports: readonly Port[];
  /** Works only while a majority of all that have this vote does. */
  vote?: "database" | "discovery";
  /** Its hosts ask the environment's DNS servers for names. */
  resolves?: true;
  /** Other services that it can't be judged without: a DNS server answers the databases that are fit. */
  judgedWith?: readonly ServiceName[];
  /** Failure domains that it must be in, together with those that it votes with, so that the others can spare one. */
  domains?: number;
}
