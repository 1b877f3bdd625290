import type { Experiment } from "../experiment.ts";
import { domainOf, hostsIn } from "../targets.ts";

export const domainOfWriterCutOff: Experiment = {
  name: "domain-of-writer-cut-off",
  title: "The failure domain with the Icinga that writes to the database is cut off, and comes back",
  faults: (scene) => [{ fault: "cut-off", hosts: hostsIn(scene, domainOf(scene, scene.writer)) }],
  hold: 20,
};
