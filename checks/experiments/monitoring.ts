import { table } from "./experiment.ts";
import { first, oneOf, plainMachine, running } from "./targets.ts";

export const monitoring = table({
  "icinga-master-kill": {
    title: "The Icinga master that writes to the database is killed (kill -9), Icinga DB and Redis stay",
    faults: ({ writer }) => [{ fault: "kill", hosts: [writer], service: "icinga-master" }],
    hold: 40,
  },
  "icinga-host-kill": {
    title: "All of the monitoring host that writes to the database crashes and stays down",
    faults: ({ writer }) => [{ fault: "reboot", hosts: [writer] }],
    // Icinga DB takes over after its own 60 + 5 s (pkg/icingadb/ha.go).
    hold: 80,
  },
  "icinga-redis-kill": {
    title: "The Redis of the Icinga that writes to the database is killed (kill -9)",
    needs: ["redis"],
    faults: ({ writer }) => [{ fault: "kill", hosts: [writer], service: "redis" }],
    hold: 15,
  },
  "icingadb-kill": {
    title: "The Icinga DB that writes to the database is killed (kill -9)",
    needs: ["icingadb"],
    faults: ({ writer }) => [{ fault: "kill", hosts: [writer], service: "icingadb" }],
    hold: 15,
  },
  "icingadb-database-link": {
    title: "Only the database link of the Icinga DB that writes is cut",
    needs: ["icingadb"],
    faults: ({ writer }) => [{ fault: "cut-ports", hosts: [writer], service: "icingadb", with: { ports: "3306" } }],
    hold: 15,
  },
  "satellite-kill": {
    title: "A satellite is killed (kill -9)",
    needs: ["icinga-satellite"],
    faults: (scene) => [
      { fault: "kill", hosts: [oneOf(scene, running(scene, "icinga-satellite"))], service: "icinga-satellite" },
    ],
    hold: 15,
  },
  // Many hosts are watched at the address of the plain machine: their notifications go out together.
  "many-hosts-cut-off": {
    title: "Many watched hosts are down at once, and people hear of each",
    needs: ["target"],
    faults: (scene) => [{ fault: "cut-off", hosts: [plainMachine(scene).host] }],
    hold: 60,
    raises: (scene) =>
      scene.inventory.watched.filter(({ address }) => address === plainMachine(scene).address).map(({ name }) => name),
  },
  "web-front-kill": {
    title: "A web front is killed (kill -9)",
    needs: ["icingaweb"],
    faults: (scene) => [{ fault: "kill", hosts: first(scene, "icingaweb"), service: "icingaweb" }],
    hold: 12,
    quick: true,
  },
  "web-front-pause": {
    title: "A web front hangs",
    needs: ["icingaweb"],
    faults: (scene) => [{ fault: "pause", hosts: first(scene, "icingaweb"), service: "icingaweb" }],
    hold: 12,
  },
  "entry-crash": {
    title: "The entry proxy crashes and is started again",
    needs: ["proxy"],
    faults: (scene) => [{ fault: "crash", hosts: first(scene, "proxy"), service: "proxy" }],
    hold: 10,
  },
});
