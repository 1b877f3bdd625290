import type { Experiment } from "../experiment.ts";

export const consulLeaderKill: Experiment = {
  name: "consul-leader-kill",
  title: "Consul's leader is killed (kill -9)",
  faults: (scene) => [{ fault: "kill", hosts: [scene.leader], service: "consul-server" }],
  hold: 15,
  quick: true,
};
