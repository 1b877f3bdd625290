import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

export const webFrontPause: Experiment = {
  name: "web-front-pause",
  title: "A web front hangs",
  faults: (scene) => [{ fault: "pause", hosts: running(scene, "icingaweb").slice(0, 1), service: "icingaweb" }],
  hold: 12,
};
