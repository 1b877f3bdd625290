import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

export const dnsServerSilent: Experiment = {
  name: "dns-server-silent",
  title: "The first DNS server hears questions, but its answers are lost",
  faults: (scene) => [{ fault: "dns-silent", hosts: running(scene, "bind").slice(0, 1), service: "bind" }],
  hold: 12,
};
