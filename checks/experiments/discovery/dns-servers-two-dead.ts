import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

export const dnsServersTwoDead: Experiment = {
  name: "dns-servers-two-dead",
  title: "Two of three DNS servers are killed (kill -9)",
  faults: (scene) => [{ fault: "kill", hosts: running(scene, "bind").slice(0, 2), service: "bind" }],
  hold: 12,
};
