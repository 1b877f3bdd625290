import { chrony } from "../../components/chrony/facts.ts";
import { galera } from "../../components/galera/facts.ts";
import { whyNoRealLie } from "../faults/clock.ts";
import { table } from "./experiment.ts";
import { idleDatabase, timeHosts } from "./targets.ts";

export const time = table({
  // The field report behind this project: NTP was off, one clock was 1,900 s away, and the third node would not replicate.
  "clock-1900": {
    title: "The clock of a database node is 1,900 s ahead",
    faults: (scene) => [{ fault: "clock", hosts: idleDatabase(scene), service: galera.name, with: { offset: 1900 } }],
    hold: 15,
  },
  "clock-back": {
    title: "The clock of a database node steps back by an hour",
    faults: (scene) => [{ fault: "clock", hosts: idleDatabase(scene), service: galera.name, with: { offset: -3600 } }],
    hold: 15,
  },
  // Whoever waits by the clock stands still for an hour then: nothing would be supervised.
  "clock-host-back": {
    title: "The clocks of the database that clients write to and of its supervisor step back by an hour",
    faults: ({ written }) => [
      { fault: "clock", hosts: [written], service: galera.name, with: { offset: -3600, supervisor: 1 } },
    ],
    hold: 20,
  },
  "clock-drift": {
    title: "The clock of a database node runs fast by a fifth",
    faults: (scene) => [{ fault: "clock", hosts: idleDatabase(scene), service: galera.name, with: { drift: 1.2 } }],
    hold: 20,
  },
  "time-dead": {
    title: "The time service of all time hosts is dead",
    faults: (scene) => [{ fault: "kill", hosts: timeHosts(scene), service: chrony.name }],
    hold: 12,
  },
  "time-unreachable": {
    title: "A database host can no longer reach any time source",
    faults: ({ written }) => [{ fault: "time-unreachable", hosts: [written] }],
    hold: 12,
  },
  "time-lying": {
    title: "One of three time hosts serves a time that is 1,900 s off",
    notOnRealHosts: whyNoRealLie,
    faults: (scene) => [{ fault: "time-lying", hosts: timeHosts(scene).slice(0, 1), with: { offset: 1900 } }],
    hold: 20,
  },
});
