import type { Experiment } from "../experiment.ts";
import { others } from "../targets.ts";

export const databaseQuorumLoss: Experiment = {
  name: "database-quorum-loss",
  title: "Two of three database nodes are killed (kill -9): the last one must not write on",
  faults: (scene) => [{ fault: "kill", hosts: others(scene, "galera", scene.written), service: "galera" }],
  hold: 15,
  judge: "safety",
};
