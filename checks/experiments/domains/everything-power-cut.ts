import type { Experiment } from "../experiment.ts";
import { hostsIn, voting } from "../targets.ts";

export const everythingPowerCut: Experiment = {
  name: "everything-power-cut",
  title: "The power of all failure domains fails at the same moment, and comes back",
  faults: (scene) => [{ fault: "power-cut", hosts: voting(scene).flatMap((domain) => hostsIn(scene, domain)) }],
  hold: 8,
  judge: "safety",
};
