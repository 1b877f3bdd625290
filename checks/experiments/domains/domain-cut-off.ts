import type { Experiment } from "../experiment.ts";
import { hostsIn, voting } from "../targets.ts";

export const domainCutOff: Experiment = {
  name: "domain-cut-off",
  title: "A whole failure domain is cut off from the others, and comes back",
  faults: (scene) => [{ fault: "cut-off", hosts: hostsIn(scene, voting(scene).at(-1)!) }],
  hold: 20,
};
