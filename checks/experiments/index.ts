import { storesOf } from "../../components/icinga/facts.ts";
import { isRemote } from "../../core/endpoint.ts";
import { UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { database } from "./database.ts";
import { discovery } from "./discovery.ts";
import { domains } from "./domains.ts";
import type { Experiment, LeftOut } from "./experiment.ts";
import { monitoring } from "./monitoring.ts";
import { time } from "./time.ts";

export type { Experiment, LeftOut, Scene } from "./experiment.ts";
export { oneOf } from "./targets.ts";

const tables = [database, discovery, monitoring, domains, time];

/** Names of all experiments: whoever refers to one that is not there does not compile. */
export type ExperimentName = (typeof tables)[number][number]["name"];

/** All experiments, in the order in which they run. */
export const experiments: readonly Experiment<ExperimentName>[] = tables.flat();

/** Experiments by name, in the order of the list above. @throws {UserError} on a name that is none */
export function named(names: readonly string[]): Experiment[] {
  const stranger = names.find((name) => !experiments.some((experiment) => experiment.name === name));
  if (stranger) {
    throw new UserError(
      `There is no experiment "${stranger}": expected one or more of ${experiments.map(({ name }) => name).join(", ")}.`,
    );
  }
  return experiments.filter(({ name }) => names.includes(name));
}

/** Which of some an environment can't have, and why. */
export function leftOut({ services, icinga }: Inventory, some: readonly Experiment[] = experiments): LeftOut[] {
  const there = new Set(services.map(({ service }) => service));
  const real = services.every(({ endpoint }) => isRemote(endpoint));
  return some.flatMap(({ name, needs = [], notOnRealHosts }) => {
    if (real && notOnRealHosts) return [{ name, reason: notOnRealHosts }];
    const missing = needs.filter((service) => !there.has(service));
    if (missing.length === 0) return [];
    const ofIcingaDb = missing.some((service) => storesOf.icingadb.some((store) => store === service));
    const why = ofIcingaDb ? ` (monitoring.backend is ${icinga.backend})` : "";
    return [{ name, reason: `no ${missing.join(", no ")} is there${why}` }];
  });
}
