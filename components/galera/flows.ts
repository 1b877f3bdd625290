import type { Flow } from "../../core/flow.ts";
import type { Flows } from "../places.ts";
import { othersVoting } from "../services.ts";
import { galera, ports } from "./facts.ts";

export const flows: Flows = ({ hostsOf }) => galeraFlows(hostsOf(galera.name), hostsOf(...othersVoting(galera.name)));

/**
 * Flows that firewalls must let through between the nodes (by name); clients need the database's own port to
 * each besides. Those that only vote take part in nothing else.
 */
export function galeraFlows(nodes: string[], voters: string[] = []): Flow[] {
  const between = { from: nodes, to: nodes };
  const members = [...nodes, ...voters];
  return [
    { name: "Galera replication", protocol: "tcp", port: ports.replication, from: members, to: members },
    { name: "Galera replication", protocol: "udp", port: ports.replication, ...between },
    { name: "Galera state transfer", protocol: "tcp", port: ports.stateTransfer, ...between },
    { name: "Galera incremental state transfer", protocol: "tcp", port: ports.incrementalTransfer, ...between },
    // A node that starts asks its peers what they are: by their clients' port where they have no keeper yet.
    { name: "Galera peers", protocol: "tcp", port: ports.client, ...between },
    { name: "Galera keepers", protocol: "tcp", port: ports.keepers, ...between },
  ];
}
