import type { Experiment } from "../experiment.ts";

/** The node itself is well: it leaves the name, because nobody vouches for it, and its clients move in order. */
export const consulAgentKill: Experiment = {
  name: "consul-agent-kill",
  title: "The Consul agent beside the database node that clients write to is killed (kill -9)",
  faults: (scene) => [{ fault: "kill", hosts: [scene.written], service: "consul-agent" }],
  hold: 12,
};
