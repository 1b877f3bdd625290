import type { Experiment } from "../experiment.ts";

export const consulLeaderCutOff: Experiment = {
  name: "consul-leader-cut-off",
  title: "The host of Consul's leader is cut off from everything, its DNS server with it",
  faults: (scene) => [{ fault: "cut-off", hosts: [scene.leader] }],
  hold: 15,
};
