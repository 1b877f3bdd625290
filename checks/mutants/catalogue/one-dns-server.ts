import { edited } from "../change.ts";
import { oneOfEachClient } from "../clients.ts";
import type { Mutant } from "../mutant.ts";

export const oneDnsServer: Mutant = {
  name: "one-dns-server",
  title: "Every client's resolv.conf lists only the first DNS server",
  of: oneOfEachClient,
  ...edited({ file: "/etc/resolv.conf", edit: `awk '/^nameserver/ && n++ { next } { print }'` }),
  foundBy: { rule: "resolvers", experiment: { name: "dns-server-kill", checkers: ["dns-answers"] } },
};
