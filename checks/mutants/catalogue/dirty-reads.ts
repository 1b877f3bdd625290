import { galera } from "../../../components/galera/facts.ts";
import type { ServiceRecord } from "../../../core/inventory.ts";
import { running } from "../../audit/rule.ts";
import { setGlobal } from "../change.ts";
import type { Mutant } from "../mutant.ts";
import { within } from "../shell.ts";

const set = setGlobal("wsrep_dirty_reads", "ON", "OFF");

/** A session has the value of when it began: those of the suite's observers begin anew. */
const endSessions = (service: ServiceRecord) =>
  within(
    service,
    `mariadb -NBe "SELECT CONCAT('KILL ', id, ';') FROM information_schema.processlist WHERE user = 'root' AND id <> CONNECTION_ID()" | mariadb --force`,
  );

export const dirtyReads: Mutant = {
  name: "dirty-reads",
  title: "A database node answers reads when it has lost the others (wsrep_dirty_reads)",
  of: running(galera.name),
  ...set,
  inject: (service) => `${set.inject(service)}\n${endSessions(service)}`,
  heal: (service) => `${set.heal(service)}\n${endSessions(service)}`,
  foundBy: {
    rule: "galera-quorum",
    experiment: { name: "database-ports-cut", checkers: ["no-dirty-reader", "read-your-writes"] },
  },
};
