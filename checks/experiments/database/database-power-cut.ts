import type { Experiment } from "../experiment.ts";

export const databasePowerCut: Experiment = {
  name: "database-power-cut",
  title: "The power of one database host fails: what was not fsynced is gone",
  faults: (scene) => [{ fault: "power-cut", hosts: [scene.written], service: "galera" }],
  hold: 10,
};
