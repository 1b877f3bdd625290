import type { Experiment } from "../experiment.ts";
import { others } from "../targets.ts";

/** The field report behind this project: NTP was off, one clock was 1,900 s away, and the third node would not replicate. */
export const clock1900: Experiment = {
  name: "clock-1900",
  title: "The clock of a database node is 1,900 s ahead",
  faults: (scene) => [
    {
      fault: "clock",
      hosts: others(scene, "galera", scene.written).slice(0, 1),
      service: "galera",
      with: { offset: 1900 },
    },
  ],
  hold: 15,
};
