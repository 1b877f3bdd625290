import { chrony } from "../../../components/chrony/facts.ts";
import { icingaMaster } from "../../../components/icinga/facts.ts";
import type { Inventory } from "../../../core/inventory.ts";
import { running } from "../../audit/rule.ts";
import { edited } from "../change.ts";
import type { Mutant } from "../mutant.ts";
import { restart } from "../shell.ts";

/** The masters', whose certificates and checks live by the time. */
const ofMasters = (inventory: Inventory) => {
  const masters = running(icingaMaster.name)(inventory).map(({ host }) => host);
  return running(chrony.name)(inventory).filter(({ host }) => masters.includes(host));
};

export const oneTimeSource: Mutant = {
  name: "one-time-source",
  title: "The Icinga masters follow one time host only, whatever it says",
  of: ofMasters,
  ...edited({
    file: "/etc/trivet/chrony/chrony.conf",
    edit: `awk '/^server/ && n++ { next } { print }'`,
    apply: restart,
  }),
  foundBy: { rule: "time-sources" },
};
