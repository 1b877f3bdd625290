import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

export const webFrontKill: Experiment = {
  name: "web-front-kill",
  title: "A web front is killed (kill -9)",
  faults: (scene) => [{ fault: "kill", hosts: running(scene, "icingaweb").slice(0, 1), service: "icingaweb" }],
  hold: 12,
  quick: true,
};
