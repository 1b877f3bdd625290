import type { Experiment } from "../experiment.ts";

/** Icinga DB takes over after its own 60 + 5 s (pkg/icingadb/ha.go). */
export const icingaHostKill: Experiment = {
  name: "icinga-host-kill",
  title: "All of the monitoring host that writes to the database crashes and stays down",
  faults: (scene) => [{ fault: "reboot", hosts: [scene.writer] }],
  hold: 80,
};
