import { galera } from "../../../components/galera/facts.ts";
import { running } from "../../audit/rule.ts";
import type { Mutant } from "../mutant.ts";
import { within } from "../shell.ts";

const name = "wsrep_provider_evs_suspect_timeout";
/** What it is by the settings of the node. */
const normal = `$(sed -n 's/^loose_${name} *= *//p' /etc/trivet/galera/running/running.cnf)`;

export const slowEviction: Mutant = {
  name: "slow-eviction",
  title: "A dead database node is suspected only after 5 s (Galera's own default)",
  of: running(galera.name),
  inject: (service) => within(service, `mariadb --connect-timeout=2 -e "SET GLOBAL ${name} = 5"`),
  heal: (service) => within(service, `mariadb --connect-timeout=2 -e "SET GLOBAL ${name} = ${normal}"`),
  healed: (service) =>
    within(service, `[ "$(mariadb --connect-timeout=2 -NBe "SELECT @@global.${name} = ${normal}")" = 1 ]`),
  foundBy: { rule: "eviction-time" },
};
