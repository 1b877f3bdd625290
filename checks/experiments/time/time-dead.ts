import type { Experiment } from "../experiment.ts";

export const timeDead: Experiment = {
  name: "time-dead",
  title: "The time service of all time hosts is dead",
  faults: (scene) => [
    {
      fault: "kill",
      hosts: scene.inventory.hosts.filter(({ roles }) => roles.includes("time")).map(({ name }) => name),
      service: "chrony",
    },
  ],
  hold: 12,
};
