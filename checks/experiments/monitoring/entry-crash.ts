import type { Experiment } from "../experiment.ts";
import { running } from "../targets.ts";

export const entryCrash: Experiment = {
  name: "entry-crash",
  title: "The entry proxy crashes and is started again",
  faults: (scene) => [{ fault: "crash", hosts: running(scene, "proxy").slice(0, 1), service: "proxy" }],
  hold: 10,
};
