import type { Experiment } from "../experiment.ts";

export const timeUnreachable: Experiment = {
  name: "time-unreachable",
  title: "A database host can no longer reach any time source",
  faults: (scene) => [{ fault: "time-unreachable", hosts: [scene.written] }],
  hold: 12,
};
