import { resolvers } from "../../audit/rules/resolvers.ts";
import { edited } from "../change.ts";
import type { Mutant } from "../mutant.ts";

export const oneDnsServer: Mutant = {
  name: "one-dns-server",
  title: "Every client's resolv.conf lists only the first DNS server",
  of: resolvers.of,
  ...edited({ file: "/etc/resolv.conf", edit: `awk '/^nameserver/ && n++ { next } { print }'` }),
  foundBy: { rule: "resolvers", experiment: { name: "dns-server-kill", checkers: ["dns-answers"] } },
};
