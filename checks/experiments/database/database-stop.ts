import type { Experiment } from "../experiment.ts";

export const databaseStop: Experiment = {
  name: "database-stop",
  title: "The database node that clients write to is stopped cleanly",
  faults: (scene) => [{ fault: "stop", hosts: [scene.written], service: "galera" }],
  hold: 12,
};
