import { ports } from "../../components/galera/facts.ts";
import { icingaDb, icingaMaster, icingaSatellite, icingaWeb, redis } from "../../components/icinga/facts.ts";
import { proxy } from "../../components/proxy/facts.ts";
import { target } from "../../lab/facts.ts";
import { table } from "./experiment.ts";
import { first, oneOf, plainMachine, running } from "./targets.ts";

export const monitoring = table({
  "icinga-master-kill": {
    title: "The Icinga master that writes to the database is killed (kill -9), Icinga DB and Redis stay",
    faults: ({ writer }) => [{ fault: "kill", hosts: [writer], service: icingaMaster.name }],
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
    needs: [redis.name],
    faults: ({ writer }) => [{ fault: "kill", hosts: [writer], service: redis.name }],
    hold: 15,
  },
  "icingadb-kill": {
    title: "The Icinga DB that writes to the database is killed (kill -9)",
    needs: [icingaDb.name],
    faults: ({ writer }) => [{ fault: "kill", hosts: [writer], service: icingaDb.name }],
    hold: 15,
  },
  "icingadb-database-link": {
    title: "Only the database link of the Icinga DB that writes is cut",
    needs: [icingaDb.name],
    faults: ({ writer }) => [
      { fault: "cut-ports", hosts: [writer], service: icingaDb.name, with: { ports: `${ports.client}` } },
    ],
    hold: 15,
  },
  "satellite-kill": {
    title: "A satellite is killed (kill -9)",
    needs: [icingaSatellite.name],
    faults: (scene) => [
      { fault: "kill", hosts: [oneOf(scene, running(scene, icingaSatellite.name))], service: icingaSatellite.name },
    ],
    hold: 15,
  },
  // Many hosts are watched at the address of the plain machine: their notifications go out together.
  "many-hosts-cut-off": {
    title: "Many watched hosts are down at once, and people hear of each",
    needs: [target.name],
    faults: (scene) => [{ fault: "cut-off", hosts: [plainMachine(scene).host] }],
    hold: 60,
    raises: (scene) =>
      scene.inventory.watched.filter(({ address }) => address === plainMachine(scene).address).map(({ name }) => name),
  },
  "web-front-kill": {
    title: "A web front is killed (kill -9)",
    needs: [icingaWeb.name],
    faults: (scene) => [{ fault: "kill", hosts: first(scene, icingaWeb.name), service: icingaWeb.name }],
    hold: 12,
    quick: true,
  },
  "web-front-pause": {
    title: "A web front hangs",
    needs: [icingaWeb.name],
    faults: (scene) => [{ fault: "pause", hosts: first(scene, icingaWeb.name), service: icingaWeb.name }],
    hold: 12,
  },
  "entry-crash": {
    title: "The entry proxy crashes and is started again",
    needs: [proxy.name],
    faults: (scene) => [{ fault: "crash", hosts: first(scene, proxy.name), service: proxy.name }],
    hold: 10,
  },
});
