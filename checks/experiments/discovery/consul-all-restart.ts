import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

export const consulAllRestart: Experiment = {
  name: "consul-all-restart",
  title: "All Consul servers crash at the same moment and are started again",
  faults: (scene) => [{ fault: "crash", hosts: running(scene, "consul-server"), service: "consul-server" }],
  hold: 10,
  judge: "safety",
};
