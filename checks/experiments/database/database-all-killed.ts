import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

export const databaseAllKilled: Experiment = {
  name: "database-all-killed",
  title: "All database nodes are killed (kill -9) at the same moment",
  faults: (scene) => [{ fault: "kill", hosts: running(scene, "galera"), service: "galera" }],
  hold: 8,
  judge: "safety",
};
