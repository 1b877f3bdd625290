import type { Experiment } from "../experiment.ts";

export const databaseMemory: Experiment = {
  name: "database-memory",
  title: "The database node that clients write to runs out of memory",
  faults: (scene) => [{ fault: "memory", hosts: [scene.written], service: "galera" }],
  hold: 15,
};
