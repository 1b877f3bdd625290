import { UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import type { Fault } from "../faults/fault.ts";

type Permission = Pick<Inventory, "environment" | "chaos">;

/**
 * Refuses experiments that the environment's settings don't allow.
 *
 * @throws {UserError} before anything is touched
 */
export function mustBeAllowed({ environment, chaos }: Permission, experiments: readonly { name: string }[]): void {
  const { allowed } = chaos;
  if (allowed === true) return;
  const named = allowed === false ? [] : allowed;
  const refused = experiments.map(({ name }) => name).filter((name) => !named.includes(name));
  if (refused.length === 0) return;
  throw new UserError(
    `"${environment}" does not allow ${refused.length === 1 ? "the experiment" : "the experiments"} ${refused.join(", ")}: ` +
      `its settings allow ${named.join(", ") || "none"}. ` +
      `Name what may run in stacks/Pulumi.${environment}.yaml (trivet:allowChaos), run "trivet up ${environment}", and try again; ` +
      `or choose among those with --only.`,
  );
}

/**
 * Refuses faults that hurt more failure domains at once than the settings allow.
 *
 * @throws {UserError} before anything is touched
 */
export function mustBeNarrow(
  { environment, chaos, hosts }: Permission & Pick<Inventory, "hosts">,
  faults: readonly Fault[],
): void {
  const hurt = new Set(faults.flatMap((fault) => fault.hosts));
  const domains = new Set(hosts.filter(({ name }) => hurt.has(name)).map(({ domain }) => domain));
  if (domains.size <= chaos.blastRadius) return;
  throw new UserError(
    `${faults.map(({ id }) => id).join(", ")} would hurt ${domains.size} failure domains of "${environment}" at once (${[...domains].join(", ")}); ` +
      `its settings allow ${chaos.blastRadius}. Leave the experiment out, or raise trivet:chaos.blastRadius.`,
  );
}
