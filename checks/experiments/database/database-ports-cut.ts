import type { Experiment } from "../experiment.ts";

/** Clients and Consul still reach the node: only the database itself knows that it is no longer fit. */
export const databasePortsCut: Experiment = {
  name: "database-ports-cut",
  title: "A firewall change closes the replication ports of the node that clients write to, and nothing else",
  faults: (scene) => [
    { fault: "cut-ports", hosts: [scene.written], service: "galera", with: { ports: "4567,4568,4444" } },
  ],
  hold: 15,
  quick: true,
};
