import type { Experiment } from "../experiment.ts";

export const databaseSlowLink: Experiment = {
  name: "database-slow-link",
  title: "The database node that clients write to has a link of 256 kbit/s",
  faults: (scene) => [{ fault: "slow", hosts: [scene.written], with: { rate: "256kbit" } }],
  hold: 15,
};
