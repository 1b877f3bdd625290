import { createHash } from "node:crypto";
import { bind } from "../../components/bind/facts.ts";
import { chrony } from "../../components/chrony/facts.ts";
import { consulAgent, consulServer } from "../../components/consul/facts.ts";
import { galera } from "../../components/galera/facts.ts";
import {
  icingaAgent,
  icingaDb,
  icingaMaster,
  icingaSatellite,
  icingaWeb,
  redis,
} from "../../components/icinga/facts.ts";
import { proxy } from "../../components/proxy/facts.ts";
import { factsOf, type ServiceName } from "../../components/services.ts";
import { UserError } from "../../core/errors.ts";
import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import type { Fault, FaultSpec } from "./fault.ts";

/** How much of a site a fault hits: one host, all hosts of a failure domain, the links between two, or everything. */
export const levels = ["node", "domain", "pair", "all"] as const;
export type Level = (typeof levels)[number];

/** One kind of fault: what it does to whom, and the bash for it. */
export type Kind = Trait &
  (
    | {
        /** The bash for the targets on one Docker endpoint. */
        script(targets: Targets): Script;
      }
    | {
        /** For kinds that name and group their targets themselves. */
        plan(spec: FaultSpec, inventory: Inventory): Fault[];
      }
  );

/** What people are told of a kind. */
interface Trait {
  /** Name in experiments: `cut-off`. */
  name: string;
  /** What it does, in words. */
  title: string;
  levels: readonly Level[];
  /** The services that it can hurt one by one; absent for a fault of the whole host or its links. */
  services?: readonly ServiceName[];
  /** With `services`: it can also hurt all services of a host at once. */
  wholeHost?: true;
  /** Why it is not done to the other services. */
  otherwise?: string;
  /** Why it is done to a lab only. */
  notOnRealHosts?: string;
  /** It hurts what comes by these hosts and goes on to others, too: clients must not go by them. */
  network?: true;
  /** It takes nothing from the hosts that it is done to: they are judged as if there were no fault. */
  hurtsNobody?: true;
  /** Hosts that it hurts besides those that it is done to: the other end of a link. */
  alsoHurts?(spec: FaultSpec): string[];
}

/** A fault's bash, with the tools of `images/guard`. */
export type Script = Pick<Fault, "prepare" | "inject" | "injected" | "heal" | "healed" | "restore">;

/** Whom a fault hurts on one Docker endpoint. */
export interface Targets {
  inventory: Inventory;
  /** Of all endpoints. */
  spec: FaultSpec;
  /** Those on this endpoint. */
  hosts: string[];
  /** Unlike that of any other fault: `TRIVET-CHAOS-3fa94c`. */
  mark: string;
}

/** Services that have processes and data of the product; what only holds a network is not among them. */
export const services: readonly ServiceName[] = [
  galera.name,
  consulServer.name,
  consulAgent.name,
  bind.name,
  chrony.name,
  icingaMaster.name,
  redis.name,
  icingaDb.name,
  icingaSatellite.name,
  icingaAgent.name,
  icingaWeb.name,
  proxy.name,
];

/** Whether it only holds a network: a host's other containers would keep a dead one if they were restarted with it. */
const isNetwork = (service: ServiceName): boolean => factsOf(service).kind === "network";

export const markOf = (id: string): string =>
  `TRIVET-CHAOS-${createHash("sha256").update(id).digest("hex").slice(0, 6)}`;

const recordsOn = (inventory: Inventory, host: string): ServiceRecord[] =>
  inventory.services.filter((record) => record.host === host);

/** The containers to hurt on a host: of the service, or all that are not merely its network. */
export const containersOn = ({ inventory }: Targets, host: string, service?: ServiceName): string[] =>
  recordsOn(inventory, host)
    .filter((record) => (service ? record.service === service : !isNetwork(record.service)))
    .map(({ container }) => container);

/** The containers to hurt: of the fault's service, or all that are not merely a network. As words of a command. */
export const containers = (targets: Targets): string => containersOf(targets, targets.spec.service);

/** All containers of the hosts but those that are merely a network, whatever service the fault names. */
export const allContainers = (targets: Targets): string => containersOf(targets);

/** A fault of single services, or of all of a host. `script` gets the containers as words of a command. */
export const ofContainers = (
  name: string,
  title: string,
  script: (them: string, targets: Targets) => Script,
): Kind => ({
  name,
  title,
  levels: ["node", "domain", "all"],
  services,
  wholeHost: true,
  script: (targets) => script(containers(targets), targets),
});

/** The containers of a service on all hosts. */
export const containersOf = (targets: Targets, service?: ServiceName): string =>
  targets.hosts.flatMap((host) => containersOn(targets, host, service)).join(" ");

/** A container in whose network a host is: what only holds the network, where there is such. */
export const networkOf = ({ inventory }: Targets, host: string): string => {
  const records = recordsOn(inventory, host);
  return (records.find(({ service }) => isNetwork(service)) ?? records[0]!).container;
};

/** The address of a host. @throws {UserError} when there is no such host */
export function addressOf({ services, environment }: Inventory, host: string): string {
  const address = services.find((record) => record.host === host)?.address;
  if (address) return address;
  throw new UserError(`There is no host "${host}" in "${environment}": choose one of its inventory.`);
}

/**
 * A parameter of a fault as text. What it may look like is checked, for it becomes part of a command.
 *
 * @throws {UserError} when it is missing without a default, or looks otherwise
 */
export function parameter({ spec }: Targets, name: string, form: RegExp, usual?: string): string {
  const given = String(spec.with?.[name] ?? usual ?? "");
  if (form.test(given)) return given;
  throw new UserError(
    `The fault "${spec.fault}" has ${name} "${given}"; expected the form ${form.source}: give it as "with: { ${name}: … }".`,
  );
}
