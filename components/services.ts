import type { ServiceFacts } from "../core/service.ts";
import { pod, router, target } from "../lab/facts.ts";
import { bind } from "./bind/facts.ts";
import { chrony } from "./chrony/facts.ts";
import { services as consul } from "./consul/facts.ts";
import { services as galera } from "./galera/facts.ts";
import { services as icinga } from "./icinga/facts.ts";
import { proxy } from "./proxy/facts.ts";
import { receiver } from "./receiver/facts.ts";

/**
 * Every service that Trivet runs, in the order in which they carry each other: what stands on one that is down is rarely the
 * reason itself.
 */
const services = [router, pod, chrony, ...consul, ...galera, bind, ...icinga, proxy, target, receiver] as const;
type Each = (typeof services)[number];

export type ServiceName = Each["name"];
/** A host's purpose. Every host also gets chrony; a database host without `discovery` gets a Consul agent. */
export type Role = Extract<Each, { role: string }>["role"];
/** Names of the images that services run on. */
export type ServiceImage = Each["image"]["name"];

type Facts = ServiceFacts<ServiceName, Role> & { image: { name: ServiceImage } };

/** The facts of every service, in that order: pure, so that each room may ask. */
export const allFacts: readonly Facts[] = services;

export const serviceNames: readonly ServiceName[] = services.map(({ name }) => name);
export const isServiceName = (name: string): name is ServiceName => (serviceNames as readonly string[]).includes(name);

export const factsOf = (name: ServiceName): Facts => allFacts.find((facts) => facts.name === name)!;

export const roles: readonly Role[] = [...new Set(allFacts.flatMap(({ role }) => role ?? []))];

/** What each role is for. */
export const purposes: readonly { role: Role; purpose: string }[] = allFacts.flatMap(({ role, purpose }) =>
  role && purpose ? [{ role, purpose }] : [],
);

/** Whether it is what a host with these roles is for, or stands there beside that. */
export const comesWith = ({ role, unless }: Facts, given: readonly Role[]): boolean =>
  role !== undefined && given.includes(role) && !(unless && given.includes(unless));

/** The services that vote together with this one, itself included; itself alone when it has no vote. */
export function votersWith(name: ServiceName): ServiceName[] {
  const { vote } = factsOf(name);
  return vote === undefined ? [name] : allFacts.filter((facts) => facts.vote === vote).map((facts) => facts.name);
}

/** The others of them. */
export const othersVoting = (name: ServiceName): ServiceName[] => votersWith(name).filter((each) => each !== name);
