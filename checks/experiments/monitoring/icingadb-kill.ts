import type { Experiment } from "../experiment.ts";

export const icingadbKill: Experiment = {
  name: "icingadb-kill",
  title: "The Icinga DB that writes to the database is killed (kill -9)",
  needs: ["icingadb"],
  faults: (scene) => [{ fault: "kill", hosts: [scene.writer], service: "icingadb" }],
  hold: 15,
};
