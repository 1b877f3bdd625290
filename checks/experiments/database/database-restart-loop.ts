import type { Experiment } from "../experiment.ts";

export const databaseRestartLoop: Experiment = {
  name: "database-restart-loop",
  title: "The database node that clients write to crashes again and again",
  faults: (scene) => [{ fault: "restart-loop", hosts: [scene.written], service: "galera" }],
  hold: 20,
};
