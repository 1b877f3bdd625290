import type { Experiment } from "../experiment.ts";
import { oneOf, others } from "../targets.ts";

export const databaseLinkCut: Experiment = {
  name: "database-link-cut",
  title: "One link between two database nodes is cut; both still reach the third",
  faults: (scene) => [
    {
      fault: "cut-pair",
      hosts: [scene.written],
      with: { peers: oneOf(scene, others(scene, "galera", scene.written)) },
    },
  ],
  hold: 15,
};
