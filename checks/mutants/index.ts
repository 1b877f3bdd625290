import { UserError } from "../../core/errors.ts";
import { mutants } from "./catalogue/index.ts";
import type { Mutant } from "./mutant.ts";

export { mutants } from "./catalogue/index.ts";
export type { Mutant } from "./mutant.ts";
export { columns, type MutantsResult, rows, summary, writeMutants } from "./report.ts";
export { findingText, type MutantResult, tryMutant } from "./try.ts";

/** Mutants by name, in the order of the catalogue. @throws {UserError} on a name that is none */
export function namedMutants(names: readonly string[]): Mutant[] {
  const stranger = names.find((name) => !mutants.some((mutant) => mutant.name === name));
  if (stranger) {
    throw new UserError(
      `There is no mutant "${stranger}": expected one or more of ${mutants.map(({ name }) => name).join(", ")}.`,
    );
  }
  return mutants.filter(({ name }) => names.includes(name));
}
