import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

/** No majority can hear each other, so no writes are due until it is healed; none may be lost or forked. */
export const databaseRing: Experiment = {
  name: "database-ring",
  title: "A ring of one-way cuts: no two database nodes hear each other both ways",
  faults: (scene) => [{ fault: "ring", hosts: running(scene, "galera") }],
  hold: 15,
  judge: "safety",
};
