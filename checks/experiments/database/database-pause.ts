import type { Experiment } from "../experiment.ts";

export const databasePause: Experiment = {
  name: "database-pause",
  title: "The database node that clients write to hangs: its processes stand still, its ports stay open",
  faults: (scene) => [{ fault: "pause", hosts: [scene.written], service: "galera" }],
  hold: 15,
  quick: true,
};
