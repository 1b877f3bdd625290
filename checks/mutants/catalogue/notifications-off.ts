import { icingaMaster } from "../../../components/icinga/facts.ts";
import { running } from "../../audit/rule.ts";
import { edited } from "../change.ts";
import type { Mutant } from "../mutant.ts";
import { within } from "../shell.ts";

export const notificationsOff: Mutant = {
  name: "notifications-off",
  title: "The second Icinga master has the feature notification off",
  of: (inventory) => running(icingaMaster.name)(inventory).slice(1),
  ...edited({
    file: "/etc/icinga2/features-enabled/notification.conf",
    edit: "sed 's/^/\\/\\/ /'",
    apply: (service) => within(service, "kill -HUP $(cat /run/icinga2/icinga2.pid)"),
  }),
  foundBy: { rule: "notifications" },
};
