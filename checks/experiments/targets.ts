import type { ServiceName } from "../../core/service.ts";
import type { Scene } from "./experiment.ts";

/** Host names that run a service. */
export const running = ({ inventory }: Scene, service: ServiceName): string[] =>
  inventory.services.filter((record) => record.service === service).map(({ host }) => host);

/** Host names that run a service, without one of them. */
export const others = (scene: Scene, service: ServiceName, without: string): string[] =>
  running(scene, service).filter((host) => host !== without);

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
export const voting = (scene: Scene): string[] => [
  ...new Set(running(scene, "galera").map((host) => domainOf(scene, host))),
];
