import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

export const connectionsExhausted: Experiment = {
  name: "connections-exhausted",
  title:
    "An application leaks connections on every database node until it gets no more, and strangers hold sockets that never log in",
  faults: (scene) => [
    { fault: "connections", hosts: running(scene, "galera"), service: "galera", with: { strangers: 10 } },
  ],
  // Longer than the budget for a fit node that is not in the name.
  hold: 45,
};
