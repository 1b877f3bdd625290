import { oneOfEachKind, powerCutOfAll } from "./everything.ts";
import { table } from "./experiment.ts";
import { domainOf, hostsIn, voting } from "./targets.ts";

export const domains = table({
  "domain-cut-off": {
    title: "A whole failure domain is cut off from the others, and comes back",
    faults: (scene) => [{ fault: "cut-off", hosts: hostsIn(scene, voting(scene).at(-1)!) }],
    hold: 20,
  },
  "domain-of-writer-cut-off": {
    title: "The failure domain with the Icinga that writes to the database is cut off, and comes back",
    faults: (scene) => [{ fault: "cut-off", hosts: hostsIn(scene, domainOf(scene, scene.writer)) }],
    hold: 20,
  },
  "domain-power-cut": {
    title: "The power of a whole failure domain fails, and comes back",
    faults: (scene) => [{ fault: "power-cut", hosts: hostsIn(scene, domainOf(scene, scene.written)) }],
    hold: 15,
  },
  "domains-link-cut": {
    title: "The link between two failure domains is cut; both still reach the third",
    faults: (scene) => {
      const [one, other] = voting(scene);
      return [{ fault: "cut-pair", hosts: hostsIn(scene, one!), with: { peers: hostsIn(scene, other!).join(",") } }];
    },
    hold: 15,
  },
  "everything-power-cut": {
    title: "The power of all failure domains fails at the same moment, and comes back",
    faults: powerCutOfAll,
    hold: 8,
    judge: "safety",
  },
  "everything-at-once": {
    title: "One fault of every kind at the same moment",
    faults: oneOfEachKind,
    hold: 20,
    judge: "safety",
  },
});
