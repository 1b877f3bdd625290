import { bind } from "../../../components/bind/facts.ts";
import { running } from "../../audit/rule.ts";
import { edited } from "../change.ts";
import type { Mutant } from "../mutant.ts";
import { within } from "../shell.ts";

export const dnsTtl60: Mutant = {
  name: "dns-ttl-60",
  title: "The DNS servers keep an answer for 60 s",
  of: running(bind.name),
  ...edited({
    file: "/etc/bind/named.conf",
    edit: "sed 's/max-cache-ttl .*;/max-cache-ttl 60; min-cache-ttl 60;/'",
    apply: (service) => within(service, "rndc reconfig && rndc flush"),
  }),
  foundBy: { rule: "bind-cache", experiment: { name: "database-kill", checkers: ["name-unfit"] } },
};
