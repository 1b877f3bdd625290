import type { Experiment } from "../experiment.ts";

export const databaseStarved: Experiment = {
  name: "database-starved",
  title: "The database node that clients write to gets a twentieth of a core",
  faults: (scene) => [{ fault: "cpu", hosts: [scene.written], service: "galera", with: { cpus: 0.05 } }],
  hold: 15,
};
