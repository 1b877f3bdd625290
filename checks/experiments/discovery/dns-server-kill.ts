import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

export const dnsServerKill: Experiment = {
  name: "dns-server-kill",
  title: "The first DNS server of every client is killed (kill -9)",
  faults: (scene) => [{ fault: "kill", hosts: running(scene, "bind").slice(0, 1), service: "bind" }],
  hold: 12,
  quick: true,
};
