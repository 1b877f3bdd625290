import type { Experiment } from "../experiment.ts";

export const consulLeaderPause: Experiment = {
  name: "consul-leader-pause",
  title: "Consul's leader hangs",
  faults: (scene) => [{ fault: "pause", hosts: [scene.leader], service: "consul-server" }],
  hold: 15,
};
