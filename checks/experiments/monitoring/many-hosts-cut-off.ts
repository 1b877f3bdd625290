import type { Experiment, Scene } from "../experiment.ts";

/** All hosts that are watched at the address of the lab's plain machine: what is told of them is told in one go. */
export const manyHostsCutOff: Experiment = {
  name: "many-hosts-cut-off",
  title: "Many watched hosts are down at once, and people hear of each",
  faults: (scene) => [{ fault: "cut-off", hosts: [target(scene).host] }],
  hold: 60,
  raises: (scene) =>
    scene.inventory.watched.filter(({ address }) => address === target(scene).address).map(({ name }) => name),
};

function target({ inventory }: Scene) {
  const found = inventory.services.find(({ service }) => service === "target");
  if (!found) throw new Error("there is no plain machine that stands for many: a lab has one under trivet:lab.targets");
  return found;
}
