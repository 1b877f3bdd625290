import { icingaDb } from "../../../components/icinga/facts.ts";
import { running } from "../../audit/rule.ts";
import { edited } from "../change.ts";
import type { Mutant } from "../mutant.ts";
import { restart } from "../shell.ts";

export const syncWait0: Mutant = {
  name: "sync-wait-0",
  title: "Icinga DB reads without waiting for what was written through another node",
  of: running(icingaDb.name),
  ...edited({
    file: "/etc/trivet/icingadb/config.yml",
    // The component writes it as JSON.
    edit: "jq '.database.options.wsrep_sync_wait = 0'",
    apply: restart,
  }),
  foundBy: { rule: "sync-wait" },
};
