import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

export const dnsServerPause: Experiment = {
  name: "dns-server-pause",
  title: "The first DNS server hangs: its port is open and nothing answers",
  faults: (scene) => [{ fault: "pause", hosts: running(scene, "bind").slice(0, 1), service: "bind" }],
  hold: 12,
};
