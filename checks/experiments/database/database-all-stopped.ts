import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

export const databaseAllStopped: Experiment = {
  name: "database-all-stopped",
  title: "All database nodes are stopped cleanly at the same moment",
  faults: (scene) => [{ fault: "stop", hosts: running(scene, "galera"), service: "galera" }],
  hold: 8,
  judge: "safety",
};
