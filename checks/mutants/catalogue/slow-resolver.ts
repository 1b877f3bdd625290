import { resolvers } from "../../audit/rules/resolvers.ts";
import { edited } from "../change.ts";
import type { Mutant } from "../mutant.ts";

export const slowResolver: Mutant = {
  name: "slow-resolver",
  title: "Clients wait for a dead DNS server as long as glibc does by itself, 5 s",
  of: resolvers.of,
  ...edited({ file: "/etc/resolv.conf", edit: "grep -v '^options'" }),
  foundBy: { rule: "resolvers" },
};
