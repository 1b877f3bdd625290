import { galera } from "../../components/galera/facts.ts";
import type { Inventory } from "../../core/inventory.ts";
import type { Fault } from "../faults/fault.ts";

/** The machine's own load and disk, which all hosts of a lab share: what they say is nobody's fault. */
export const isShared = (object: string): boolean => /!(load|disk)$/.test(object);

/** Without a majority of its nodes the database is no more, nor is its name, nor a page that is made from it. */
const askDatabase = /!(mysql|capacity|dns|http)$/;

/** Monitored objects whose problem an experiment makes, or may make; any other problem is a false alarm. */
export function expectedOf(
  inventory: Inventory,
  faults: readonly Fault[],
  must: readonly string[],
): { must: string[]; may: string[] } {
  const hurt = new Set(faults.flatMap(({ hosts }) => hosts));
  // A host that is hurt takes with it what is watched from there, and what only it can reach: a satellite its whole domain.
  const satellites = inventory.hosts.filter(({ name, roles }) => hurt.has(name) && roles.includes("satellite"));
  const blind = new Set(satellites.map(({ domain }) => domain));
  const reached = inventory.watched.filter(({ name, domain }) => hurt.has(name) || blind.has(domain));
  const databases = inventory.services.filter(({ service }) => service === galera.name).map(({ host }) => host);
  const without = databases.filter((host) => hurt.has(host)).length * 2 > databases.length;
  const objects = inventory.watched.flatMap(({ name, checks }) => [name, ...checks.map((check) => `${name}!${check}`)]);
  const may = [
    ...[...hurt],
    ...reached.flatMap(({ name, checks }) => [name, ...checks.map((check) => `${name}!${check}`)]),
    ...objects.filter((object) => isShared(object) || (without && askDatabase.test(object))),
  ];
  return { must: [...must], may: [...new Set(may)].filter((object) => !must.includes(object)) };
}
