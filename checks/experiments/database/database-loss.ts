import type { Experiment } from "../experiment.ts";

export const databaseLoss: Experiment = {
  name: "database-loss",
  title: "The database node that clients write to loses every tenth packet",
  faults: (scene) => [{ fault: "loss", hosts: [scene.written], with: { percent: 10 } }],
  hold: 15,
};
