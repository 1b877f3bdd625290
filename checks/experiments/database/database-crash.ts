import type { Experiment } from "../experiment.ts";

export const databaseCrash: Experiment = {
  name: "database-crash",
  title: "The database node that clients write to crashes once and is started again at once",
  faults: (scene) => [{ fault: "crash", hosts: [scene.written], service: "galera" }],
  hold: 10,
};
