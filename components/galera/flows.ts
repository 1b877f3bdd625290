import type { Flow } from "../../core/flow.ts";

/**
 * What firewalls between the nodes (by name) must let through; clients need 3306 to each besides. Arbitrators vote, and take
 * part in nothing else.
 */
export function galeraFlows(nodes: string[], arbitrators: string[] = []): Flow[] {
  const between = { from: nodes, to: nodes };
  const members = [...nodes, ...arbitrators];
  return [
    { name: "Galera replication", protocol: "tcp", port: 4567, from: members, to: members },
    { name: "Galera replication", protocol: "udp", port: 4567, ...between },
    { name: "Galera state transfer", protocol: "tcp", port: 4444, ...between },
    { name: "Galera incremental state transfer", protocol: "tcp", port: 4568, ...between },
    // A node that starts asks its peers what they are.
    { name: "Galera peers", protocol: "tcp", port: 3306, ...between },
  ];
}
