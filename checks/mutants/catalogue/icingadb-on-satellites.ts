import { icingaSatellite } from "../../../components/icinga/facts.ts";
import { running } from "../../audit/rule.ts";
import type { Mutant } from "../mutant.ts";
import { within } from "../shell.ts";

const file = "/etc/icinga2/features-enabled/icingadb.conf";
const feature = 'object IcingaDB "icingadb" { host = "127.0.0.1" port = 6380 }';
const reload = "kill -HUP $(cat /run/icinga2/icinga2.pid)";

export const icingadbOnSatellites: Mutant = {
  name: "icingadb-on-satellites",
  title: "Two satellites have the feature icingadb on",
  of: (inventory) => running(icingaSatellite.name)(inventory).slice(0, 2),
  inject: (service) => within(service, `echo '${feature}' > ${file}; chgrp nagios ${file}; ${reload}`),
  heal: (service) => within(service, `if [ -e ${file} ]; then rm ${file}; ${reload}; fi`),
  healed: (service) => within(service, `[ ! -e ${file} ]`),
  foundBy: { rule: "database-writers" },
};
