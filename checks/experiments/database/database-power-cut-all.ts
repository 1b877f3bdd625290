import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

export const databasePowerCutAll: Experiment = {
  name: "database-power-cut-all",
  title: "The power of all database hosts fails at the same moment: what was not fsynced is gone",
  faults: (scene) => [{ fault: "power-cut", hosts: running(scene, "galera"), service: "galera" }],
  hold: 6,
  quick: true,
  judge: "safety",
};
