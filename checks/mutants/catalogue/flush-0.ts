import { galera } from "../../../components/galera/facts.ts";
import { running } from "../../audit/rule.ts";
import { edited } from "../change.ts";
import type { Mutant } from "../mutant.ts";
import { within } from "../shell.ts";

const file = "/etc/trivet/galera/node.cnf";
const option = "innodb_flush_log_at_trx_commit";

/** In the file, so that it is still so when the nodes come back from being made ready for the power cut. */
export const flush0: Mutant = {
  name: "flush-0",
  title: `${option} = 0 on every database node`,
  of: running(galera.name),
  ...edited({
    file,
    edit: `sed 's/^${option} *=.*/${option} = 0/'`,
    apply: (service) => within(service, `mariadb -e "SET GLOBAL ${option} = $(sed -n 's/^${option} *= *//p' ${file})"`),
  }),
  foundBy: { rule: "durable-commits", experiment: { name: "database-power-cut-all", checkers: ["no-write-lost"] } },
};
