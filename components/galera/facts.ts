import { handsOver, type ServiceFacts, tcp, udp } from "../../core/service.ts";

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
  /** A node's keeper tells those of the others what the node is, sealed with the cluster's key (docs/decisions/0048). */
  keepers: 4569,
  /** The keeper answers for its host's health, by HTTP on 127.0.0.1 alone. */
  health: 4570,
} as const;

/** What a node's keeper answers to processes of its host alone: `consul` and `disk` in the terms of Consul's HTTP checks. */
export const healthUrl = (what: "health" | "consul" | "disk"): string => `http://127.0.0.1:${ports.health}/${what}`;

/**
 * Percent of a node's disk from which it is told that it fills, and from which the node takes no writes and leaves its
 * clients' name.
 */
export const diskLimits = { warning: 80, full: 95 } as const;

/** Percent by which it must be less full again: what is read and written at the limit would else go on and off. */
export const HYSTERESIS = 5;

/** Share of a host's memory for buffer pools: MariaDB's documentation gives no more to that of a host of its own. */
export const poolShare = 0.8;

/**
 * How buffer pools of so many bytes together go into a host's memory. `tight`: connections and a state transfer, which need memory
 * besides, may not find it. `never`: the database is killed when the pools fill.
 */
export function poolsIn(memory: number, pools: number): "well" | "tight" | "never" {
  if (pools >= memory) return "never";
  return pools > memory * poolShare ? "tight" : "well";
}

export const galera = {
  name: "galera",
  title: "MariaDB Galera",
  kind: "product",
  role: "database",
  purpose: "A node of the Galera cluster.",
  image: { name: "galera", folder: "components/galera/images/galera", program: "node/keeper/main.ts" },
  capabilities: handsOver,
  ports: [
    ...[ports.client, ports.checks, ports.stateTransfer, ports.replication, ports.incrementalTransfer].map(tcp),
    ...[ports.keepers, ports.health].map(tcp),
    udp(ports.replication),
  ],
  vote: "database",
  domains: 3,
  endsLast: 2,
} as const satisfies ServiceFacts;

/** garbd: for a site of two domains, in a third place. */
export const arbitrator = {
  name: "galera-arbitrator",
  title: "Galera arbitrator",
  kind: "product",
  role: "arbitrator",
  purpose:
    "Votes with the database nodes and holds no data: for a site of two domains, in a third place. Made anew with each change of `database.evs`.",
  image: { name: "arbitrator", folder: "components/galera/images/arbitrator" },
  capabilities: handsOver,
  ports: [tcp(ports.replication)],
  vote: galera.vote,
  onlyVotes: true,
  endsLast: 3,
} as const satisfies ServiceFacts;

/** Evicts a node that is dead, and keeps the writer's name, beside each node (docs/decisions/0020). */
export const supervisor = {
  name: "galera-supervisor",
  title: "Galera supervisor",
  kind: "product",
  role: "database",
  image: { name: "supervisor", folder: "components/galera/images/supervisor", program: "node/supervisor/main.ts" },
  capabilities: [],
  beside: true,
  ports: [],
  endsLast: 1,
} as const satisfies ServiceFacts;

/** In the order in which they carry each other. */
export const services = [galera, arbitrator, supervisor] as const;
