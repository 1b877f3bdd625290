import type { Experiment } from "../experiment.ts";

export const timeLying: Experiment = {
  name: "time-lying",
  title: "One of three time hosts serves a time that is 1,900 s off",
  faults: (scene) => [
    {
      fault: "time-lying",
      hosts: scene.inventory.hosts
        .filter(({ roles }) => roles.includes("time"))
        .map(({ name }) => name)
        .slice(0, 1),
      with: { offset: 1900 },
    },
  ],
  hold: 20,
};
