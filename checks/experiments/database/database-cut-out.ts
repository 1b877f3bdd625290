import type { Experiment } from "../experiment.ts";

export const databaseCutOut: Experiment = {
  name: "database-cut-out",
  title: "The database node that clients write to hears everything, but what it sends is lost",
  faults: (scene) => [{ fault: "cut-out", hosts: [scene.written] }],
  hold: 12,
};
