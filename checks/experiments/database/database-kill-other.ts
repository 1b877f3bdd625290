import type { Experiment } from "../experiment.ts";
import { others } from "../targets.ts";

export const databaseKillOther: Experiment = {
  name: "database-kill-other",
  title: "A database node that nobody writes to is killed (kill -9)",
  faults: (scene) => [{ fault: "kill", hosts: others(scene, "galera", scene.written).slice(0, 1), service: "galera" }],
  hold: 12,
};
