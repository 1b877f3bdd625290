import type { Experiment } from "../experiment.ts";
import { others } from "../targets.ts";

/** The whole chain, from the fault to the receiver of the notification. */
export const databaseOutage: Experiment = {
  name: "database-outage",
  title: "A database node is down long enough for people to be told",
  faults: (scene) => [{ fault: "kill", hosts: others(scene, "galera", scene.written).slice(0, 1), service: "galera" }],
  hold: 50,
  raises: (scene) =>
    others(scene, "galera", scene.written)
      .slice(0, 1)
      .map((host) => `${host}!mysql`),
};
