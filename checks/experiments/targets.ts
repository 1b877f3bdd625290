import { galera } from "../../components/galera/facts.ts";
import type { ServiceName } from "../../components/services.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { target } from "../../lab/facts.ts";
import type { Scene } from "./experiment.ts";

/** Host names that run a service. */
export const running = ({ inventory }: Scene, service: ServiceName): string[] =>
  inventory.services.filter((record) => record.service === service).map(({ host }) => host);

/** The first host that runs a service, or the first `count`. */
export const first = (scene: Scene, service: ServiceName, count = 1): string[] =>
  running(scene, service).slice(0, count);

/** Host names that run a service, without one of them. */
export const others = (scene: Scene, service: ServiceName, without: string): string[] =>
  running(scene, service).filter((host) => host !== without);

/** Host names of the database's nodes. */
export const databases = (scene: Scene): string[] => running(scene, galera.name);

/** The same without the one that clients write to. */
export const otherDatabases = (scene: Scene): string[] => others(scene, galera.name, scene.written);

/** A database node that nobody writes to. */
export const idleDatabase = (scene: Scene): string[] => otherDatabases(scene).slice(0, 1);

/** Host names that serve the time. */
export const timeHosts = ({ inventory }: Scene): string[] =>
  inventory.hosts.filter(({ roles }) => roles.includes("time")).map(({ name }) => name);

/** One of some, by the run's seed. */
export const oneOf = <T>({ random }: Scene, candidates: readonly T[]): T =>
  candidates[Math.floor(random() * candidates.length)]!;

/** The failure domain of a host. */
export const domainOf = ({ inventory }: Scene, host: string): string =>
  inventory.hosts.find(({ name }) => name === host)!.domain;

/** Host names of a failure domain. */
export const hostsIn = ({ inventory }: Scene, domain: string): string[] =>
  inventory.hosts.filter((host) => host.domain === domain).map(({ name }) => name);

/** Failure domains that hold a node of the database: those that a site must be able to lose. */
export const voting = (scene: Scene): string[] => [...new Set(databases(scene).map((host) => domainOf(scene, host)))];

/** The lab's plain machine, whose address stands for many watched hosts. @throws when there is none */
export function plainMachine({ inventory }: Scene): ServiceRecord {
  const found = inventory.services.find(({ service }) => service === target.name);
  if (!found) throw new Error("there is no plain machine that stands for many: a lab has one under trivet:lab.targets");
  return found;
}
