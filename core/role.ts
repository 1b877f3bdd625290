/** What a host is for. Every host also gets chrony; a database host without `discovery` gets a Consul agent. */
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
