import type { Experiment } from "../experiment.ts";
import { oneOf, running } from "../targets.ts";

export const satelliteKill: Experiment = {
  name: "satellite-kill",
  title: "A satellite is killed (kill -9)",
  needs: ["icinga-satellite"],
  faults: (scene) => [
    { fault: "kill", hosts: [oneOf(scene, running(scene, "icinga-satellite"))], service: "icinga-satellite" },
  ],
  hold: 15,
};
