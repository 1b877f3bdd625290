import type { Experiment } from "../experiment.ts";

export const icingaMasterKill: Experiment = {
  name: "icinga-master-kill",
  title: "The Icinga master that writes to the database is killed (kill -9), Icinga DB and Redis stay",
  faults: (scene) => [{ fault: "kill", hosts: [scene.writer], service: "icinga-master" }],
  hold: 40,
};
