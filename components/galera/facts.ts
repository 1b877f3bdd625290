import { type ServiceFacts, tcp, udp } from "../../core/service.ts";

export const ports = {
  /** Clients, and a node that asks its peers what they are. */
  client: 3306,
  /**
   * A second port of every node, with places of its own (MariaDB's `extra_port`): the health script, Consul's check and the
   * supervisor of the same host come in by it, whatever clients hold. No flow opens it to other failure domains.
   */
  checks: 3307,
  stateTransfer: 4444,
  /** Traffic of the cluster's members. */
  replication: 4567,
  incrementalTransfer: 4568,
} as const;

/**
 * Percent of a node's disk from which it is told that it fills, and from which the node takes no writes and leaves its
 * clients' name.
 */
export const diskLimits = { warning: 80, full: 95 } as const;

/** Percent by which it must be less full again: what is read and written at the limit would else go on and off. */
export const HYSTERESIS = 5;

export const galera = {
  name: "galera",
  title: "MariaDB Galera",
  kind: "product",
  role: "database",
  ports: [
    ...[ports.client, ports.checks, ports.stateTransfer, ports.replication, ports.incrementalTransfer].map(tcp),
    udp(ports.replication),
  ],
  vote: "database",
  domains: 3,
} as const satisfies ServiceFacts<"galera">;

/** Evicts a node that is dead, and keeps the writer's name, beside each node (docs/decisions/0020). */
export const supervisor = {
  name: "galera-supervisor",
  title: "Galera supervisor",
  kind: "product",
  role: "database",
  beside: true,
  ports: [],
} as const satisfies ServiceFacts<"galera-supervisor">;
