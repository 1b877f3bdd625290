import type { Experiment } from "../experiment.ts";
import { others } from "../targets.ts";

export const clockDrift: Experiment = {
  name: "clock-drift",
  title: "The clock of a database node runs fast by a fifth",
  faults: (scene) => [
    {
      fault: "clock",
      hosts: others(scene, "galera", scene.written).slice(0, 1),
      service: "galera",
      with: { drift: 1.2 },
    },
  ],
  hold: 20,
};
