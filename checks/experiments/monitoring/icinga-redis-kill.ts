import type { Experiment } from "../experiment.ts";

export const icingaRedisKill: Experiment = {
  name: "icinga-redis-kill",
  title: "The Redis of the Icinga that writes to the database is killed (kill -9)",
  needs: ["redis"],
  faults: (scene) => [{ fault: "kill", hosts: [scene.writer], service: "redis" }],
  hold: 15,
};
