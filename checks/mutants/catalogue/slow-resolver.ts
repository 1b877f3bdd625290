import { edited } from "../change.ts";
import { oneOfEachClient } from "../clients.ts";
import type { Mutant } from "../mutant.ts";

export const slowResolver: Mutant = {
  name: "slow-resolver",
  title: "Clients wait for a dead DNS server as long as glibc does by itself, 5 s",
  of: oneOfEachClient,
  ...edited({ file: "/etc/resolv.conf", edit: "grep -v '^options'" }),
  foundBy: { rule: "resolvers" },
};
