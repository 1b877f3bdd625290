import type { Experiment } from "../experiment.ts";

export const databaseCutIn: Experiment = {
  name: "database-cut-in",
  title: "The database node that clients write to no longer hears anything, but can still send",
  faults: (scene) => [{ fault: "cut-in", hosts: [scene.written] }],
  hold: 12,
};
