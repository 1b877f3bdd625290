import type { Experiment } from "../experiment.ts";
import { domainOf, hostsIn } from "../targets.ts";

export const domainPowerCut: Experiment = {
  name: "domain-power-cut",
  title: "The power of a whole failure domain fails, and comes back",
  faults: (scene) => [{ fault: "power-cut", hosts: hostsIn(scene, domainOf(scene, scene.written)) }],
  hold: 15,
};
