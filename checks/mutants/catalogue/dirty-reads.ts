import { running } from "../../audit/rule.ts";
import { setGlobal } from "../change.ts";
import type { Mutant } from "../mutant.ts";

export const dirtyReads: Mutant = {
  name: "dirty-reads",
  title: "A database node answers reads when it has lost the others (wsrep_dirty_reads)",
  of: running("galera"),
  ...setGlobal("wsrep_dirty_reads", "ON", "OFF"),
  foundBy: { rule: "galera-quorum", experiment: { name: "database-ports-cut", checkers: ["no-dirty-reader"] } },
};
