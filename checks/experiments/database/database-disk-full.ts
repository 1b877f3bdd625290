import type { Experiment } from "../experiment.ts";

export const databaseDiskFull: Experiment = {
  name: "database-disk-full",
  title: "The disk of the database node that clients write to is full",
  faults: (scene) => [{ fault: "disk-full", hosts: [scene.written], service: "galera" }],
  hold: 15,
};
