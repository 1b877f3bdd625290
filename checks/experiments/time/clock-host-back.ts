import type { Experiment } from "../experiment.ts";

/** Whoever waits by the clock stands still for an hour then: nothing would be supervised. */
export const clockHostBack: Experiment = {
  name: "clock-host-back",
  title: "The clocks of the database that clients write to and of its supervisor step back by an hour",
  faults: (scene) => [
    { fault: "clock", hosts: [scene.written], service: "galera", with: { offset: -3600, supervisor: 1 } },
  ],
  hold: 20,
};
