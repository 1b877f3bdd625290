import { galera } from "../../../components/galera/facts.ts";
import { running } from "../../audit/rule.ts";
import { edited } from "../change.ts";
import type { Mutant } from "../mutant.ts";

const program = "/usr/local/lib/trivet/program.cjs";
/** Says in a container that it started a cluster of its own there; the audit asks the program, too, and starts nothing. */
const mark = "/var/tmp/trivet-bootstrapped";
const left = `(process.argv[2]==="keep"&&process.getBuiltinModule("node:fs").writeFileSync("${mark}",""),"bootstrap")`;

/** The rule for one that has living peers says the other word. */
const flag = edited({ file: program, edit: `sed 's|do:"join"|do:${left}|'` });

/**
 * What `galera_new_cluster` in a start script does. A node that has restarted so is of another history by then: to heal it,
 * its data goes, and the others give it theirs.
 */
export const bootstrapFlag: Mutant = {
  name: "bootstrap-flag",
  title: "The bootstrap flag is left on: a database node that restarts makes a cluster of its own",
  of: running(galera.name),
  inject: flag.inject,
  heal: (service) => {
    const { container } = service;
    const bootstrapped = `docker cp ${container}:${mark} - > /dev/null 2>&1`;
    return `${flag.heal(service)}
if ${bootstrapped}; then
  docker kill ${container} > /dev/null 2>&1
  data=$(docker inspect -f '{{range .Mounts}}{{if eq .Destination "/var/lib/mysql"}}{{.Source}}{{end}}{{end}}' ${container})
  [ -n "$data" ] && in-daemon find "$data" -mindepth 1 -delete
  docker start ${container} > /dev/null && docker exec ${container} rm -f ${mark}
fi`;
  },
  healed: (service) => `${flag.healed(service)}\ndocker exec ${service.container} health > /dev/null`,
  unsettling: true,
  foundBy: { rule: "bootstrap-flag", experiment: { name: "database-crash", checkers: ["one-primary"] } },
};
