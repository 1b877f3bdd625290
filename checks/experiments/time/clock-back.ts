import type { Experiment } from "../experiment.ts";
import { others } from "../targets.ts";

export const clockBack: Experiment = {
  name: "clock-back",
  title: "The clock of a database node steps back by an hour",
  faults: (scene) => [
    {
      fault: "clock",
      hosts: others(scene, "galera", scene.written).slice(0, 1),
      service: "galera",
      with: { offset: -3600 },
    },
  ],
  hold: 15,
};
