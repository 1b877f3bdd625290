import type { Experiment } from "../experiment.ts";

export const databaseHostCutOff: Experiment = {
  name: "database-host-cut-off",
  title: "The host of the database node that clients write to is cut off from everything",
  faults: (scene) => [{ fault: "cut-off", hosts: [scene.written] }],
  hold: 15,
};
