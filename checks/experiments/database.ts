import { galera, ports } from "../../components/galera/facts.ts";
import { table } from "./experiment.ts";
import { databases, idleDatabase, oneOf, otherDatabases } from "./targets.ts";

export const database = table({
  "database-kill": {
    title: "The database node that clients write to is killed (kill -9) and stays down",
    faults: ({ written }) => [{ fault: "kill", hosts: [written], service: galera.name }],
    hold: 15,
    quick: true,
  },
  "database-kill-other": {
    title: "A database node that nobody writes to is killed (kill -9)",
    faults: (scene) => [{ fault: "kill", hosts: idleDatabase(scene), service: galera.name }],
    hold: 12,
  },
  "database-crash": {
    title: "The database node that clients write to crashes once and is started again at once",
    faults: ({ written }) => [{ fault: "crash", hosts: [written], service: galera.name }],
    hold: 10,
  },
  "database-pause": {
    title: "The database node that clients write to hangs: its processes stand still, its ports stay open",
    faults: ({ written }) => [{ fault: "pause", hosts: [written], service: galera.name }],
    hold: 15,
    quick: true,
  },
  "database-stop": {
    title: "The database node that clients write to is stopped cleanly",
    faults: ({ written }) => [{ fault: "stop", hosts: [written], service: galera.name }],
    hold: 12,
  },
  "database-restart-loop": {
    title: "The database node that clients write to crashes again and again",
    faults: ({ written }) => [{ fault: "restart-loop", hosts: [written], service: galera.name }],
    hold: 20,
  },
  // The whole chain, from the fault to the notification that people get.
  "database-outage": {
    title: "A database node is down long enough for people to be told",
    faults: (scene) => [{ fault: "kill", hosts: idleDatabase(scene), service: galera.name }],
    hold: 50,
    raises: (scene) => idleDatabase(scene).map((host) => `${host}!mysql`),
  },
  "database-host-cut-off": {
    title: "The host of the database node that clients write to is cut off from everything",
    faults: ({ written }) => [{ fault: "cut-off", hosts: [written] }],
    hold: 15,
  },
  "database-cut-in": {
    title: "The database node that clients write to no longer hears anything, but can still send",
    faults: ({ written }) => [{ fault: "cut-in", hosts: [written] }],
    hold: 12,
  },
  "database-cut-out": {
    title: "The database node that clients write to hears everything, but what it sends is lost",
    faults: ({ written }) => [{ fault: "cut-out", hosts: [written] }],
    hold: 12,
  },
  // Clients and Consul still reach the node: only the database itself knows that it is no longer fit.
  "database-ports-cut": {
    title: "A firewall change closes the replication ports of the node that clients write to, and nothing else",
    faults: ({ written }) => [
      {
        fault: "cut-ports",
        hosts: [written],
        service: galera.name,
        with: { ports: [ports.replication, ports.incrementalTransfer, ports.stateTransfer].join(",") },
      },
    ],
    hold: 15,
    quick: true,
  },
  "database-link-cut": {
    title: "One link between two database nodes is cut; both still reach the third",
    faults: (scene) => [
      {
        fault: "cut-pair",
        hosts: [scene.written],
        with: { peers: oneOf(scene, otherDatabases(scene)) },
      },
    ],
    hold: 15,
  },
  // No majority can hear each other, so no writes are due until it is healed; none may be lost or forked.
  "database-ring": {
    title: "A ring of one-way cuts: no two database nodes hear each other both ways",
    faults: (scene) => [{ fault: "ring", hosts: databases(scene) }],
    hold: 15,
    judge: "safety",
  },
  "database-quorum-loss": {
    title: "Two of three database nodes are killed (kill -9): the last one must not write on",
    faults: (scene) => [{ fault: "kill", hosts: otherDatabases(scene), service: galera.name }],
    hold: 15,
    judge: "safety",
  },
  "database-all-killed": {
    title: "All database nodes are killed (kill -9) at the same moment",
    faults: (scene) => [{ fault: "kill", hosts: databases(scene), service: galera.name }],
    hold: 8,
    judge: "safety",
  },
  "database-all-stopped": {
    title: "All database nodes are stopped cleanly at the same moment",
    faults: (scene) => [{ fault: "stop", hosts: databases(scene), service: galera.name }],
    hold: 8,
    judge: "safety",
  },
  "database-power-cut": {
    title: "The power of one database host fails: what was not fsynced is gone",
    faults: ({ written }) => [{ fault: "power-cut", hosts: [written], service: galera.name }],
    hold: 10,
  },
  "database-power-cut-all": {
    title: "The power of all database hosts fails at the same moment: what was not fsynced is gone",
    faults: (scene) => [{ fault: "power-cut", hosts: databases(scene), service: galera.name }],
    hold: 6,
    quick: true,
    judge: "safety",
  },
  "database-disk-full": {
    title: "The disk of the database node that clients write to is full",
    faults: ({ written }) => [{ fault: "disk-full", hosts: [written], service: galera.name }],
    hold: 15,
  },
  "connections-exhausted": {
    title:
      "An application leaks connections on every database node until it gets no more, and strangers hold sockets that never log in",
    faults: (scene) => [
      { fault: "connections", hosts: databases(scene), service: galera.name, with: { strangers: 10 } },
    ],
    // Longer than the budget for a fit node that is not in the name.
    hold: 45,
  },
  "database-slow-link": {
    title: "The database node that clients write to has a link of 256 kbit/s",
    faults: ({ written }) => [{ fault: "slow", hosts: [written], with: { rate: "256kbit" } }],
    hold: 15,
  },
  "database-loss": {
    title: "The database node that clients write to loses every tenth packet",
    faults: ({ written }) => [{ fault: "loss", hosts: [written], with: { percent: 10 } }],
    hold: 15,
  },
  "database-starved": {
    title: "The database node that clients write to gets a twentieth of a core",
    faults: ({ written }) => [{ fault: "cpu", hosts: [written], service: galera.name, with: { cpus: 0.05 } }],
    hold: 15,
  },
  "database-memory": {
    title: "The database node that clients write to runs out of memory",
    faults: ({ written }) => [{ fault: "memory", hosts: [written], service: galera.name }],
    hold: 15,
  },
});
