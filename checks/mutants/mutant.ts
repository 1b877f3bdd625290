import type { Inventory, ServiceRecord } from "../../core/inventory.ts";
import type { ExperimentName } from "../experiments/index.ts";
import type { Fault } from "../faults/fault.ts";

/**
 * A deliberate misconfiguration of a running environment, and what of the suite must find it. Everything is bash for the
 * guard, per container: safe to run twice, and `heal` when `inject` never ran or ran half.
 */
export interface Mutant {
  /** kebab-case, unique. */
  name: string;
  /** What is misconfigured, in a sentence. */
  title: string;
  /** The containers that it is done to. */
  of(inventory: Inventory): ServiceRecord[];
  inject(service: ServiceRecord): string;
  heal(service: ServiceRecord): string;
  /** Exits with 0 when nothing of it is left. */
  healed(service: ServiceRecord): string;
  foundBy: FoundBy;
  /** What it does never heals by itself: it is put right as soon as the experiment's own faults are. */
  unsettling?: true;
}

/** Each of these must find it. */
export interface FoundBy {
  /** A rule of the audit, by what is set. */
  rule?: string;
  /** An experiment, by what it does: one of these checkers fails. */
  experiment?: { name: ExperimentName; checkers: string[] };
}

/** Containers of the same endpoint are changed one after the other, in the order of the inventory. */
export function faultsOf(mutant: Mutant, inventory: Inventory): Fault[] {
  const services = mutant.of(inventory);
  return [...Map.groupBy(services, ({ endpoint }) => endpoint)].map(([endpoint, there]) => ({
    id: `${mutant.name} on ${there.map(({ host }) => host).join(", ")}`,
    name: mutant.name,
    endpoint,
    hosts: there.map(({ host }) => host),
    inject: there.map((service) => mutant.inject(service)).join("\n"),
    heal: there.map((service) => mutant.heal(service)).join("\n"),
    healed: `set -e\n${there.map((service) => mutant.healed(service)).join("\n")}`,
  }));
}
