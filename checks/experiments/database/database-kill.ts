import type { Experiment } from "../experiment.ts";

export const databaseKill: Experiment = {
  name: "database-kill",
  title: "The database node that clients write to is killed (kill -9) and stays down",
  faults: (scene) => [{ fault: "kill", hosts: [scene.written], service: "galera" }],
  hold: 15,
  quick: true,
};
