import type { ServiceRecord } from "../../core/inventory.ts";
import type { Mutant } from "./mutant.ts";
import { within } from "./shell.ts";

/** A file that is edited in a running container. */
export interface Edit {
  /** Path in the container. */
  file: string;
  /** A filter: the text of the file to the mutated one. */
  edit: string;
  /** Bash for the guard that makes the daemon take the file as it is then: after the edit, and after it is undone. */
  apply?(service: ServiceRecord): string;
}

type Done = Pick<Mutant, "inject" | "heal" | "healed">;

/** What the file was, kept in the container until it is there again. */
const kept = (file: string): string => `/var/tmp/trivet-kept${file.replaceAll("/", "_")}`;

/** Edits a file in place (it may be one of Docker's mounts). */
export function edited({ file, edit, apply = () => ":" }: Edit): Done {
  const copy = kept(file);
  return {
    inject: (service) =>
      [
        // A copy that is whole, or none.
        within(service, `[ -e ${copy} ] || { cp -p ${file} ${copy}.new && mv ${copy}.new ${copy}; }`),
        within(service, `${edit} < ${copy} > ${copy}.edited; cat ${copy}.edited > ${file}; rm ${copy}.edited`),
        apply(service),
      ].join("\n"),
    // Kept until the daemon has taken it.
    heal: (service) =>
      `if ${within(service, `[ -e ${copy} ]`)}; then
  ${within(service, `cat ${copy} > ${file}`)} && { ${apply(service)}
  } && ${within(service, `rm ${copy}`)}
fi`,
    healed: (service) => within(service, `[ ! -e ${copy} ]`),
  };
}

/** Sets a global variable of a database node, without a trace in its files. Values as `SHOW VARIABLES` has them. */
export function setGlobal(name: string, mutated: string, normal: string): Done {
  const set = (service: ServiceRecord, value: string) =>
    within(service, `mariadb --connect-timeout=2 -e "SET GLOBAL ${name} = ${value}"`);
  return {
    inject: (service) => set(service, mutated),
    heal: (service) => set(service, normal),
    healed: (service) =>
      within(
        service,
        `[ "$(mariadb --connect-timeout=2 -NBe "SHOW GLOBAL VARIABLES LIKE '${name}'" | cut -f 2)" = ${normal} ]`,
      ),
  };
}
