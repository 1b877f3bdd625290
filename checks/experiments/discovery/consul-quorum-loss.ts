import type { Experiment } from "../experiment.ts";
import { others } from "../targets.ts";

export const consulQuorumLoss: Experiment = {
  name: "consul-quorum-loss",
  title: "Two of three Consul servers are killed (kill -9), their leader among them",
  faults: (scene) => [
    {
      fault: "kill",
      hosts: [scene.leader, ...others(scene, "consul-server", scene.leader).slice(0, 1)],
      service: "consul-server",
    },
  ],
  hold: 15,
  judge: "safety",
};
