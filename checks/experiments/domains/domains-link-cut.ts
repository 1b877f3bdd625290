import type { Experiment } from "../experiment.ts";
import { hostsIn, voting } from "../targets.ts";

export const domainsLinkCut: Experiment = {
  name: "domains-link-cut",
  title: "The link between two failure domains is cut; both still reach the third",
  faults: (scene) => [
    {
      fault: "cut-pair",
      hosts: hostsIn(scene, voting(scene)[0]!),
      with: { peers: hostsIn(scene, voting(scene)[1]!).join(",") },
    },
  ],
  hold: 15,
};
