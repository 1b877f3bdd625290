import { running } from "../../audit/rule.ts";
import { setGlobal } from "../change.ts";
import type { Mutant } from "../mutant.ts";

export const slowEviction: Mutant = {
  name: "slow-eviction",
  title: "A dead database node is suspected only after 5 s (Galera's own default)",
  of: running("galera"),
  ...setGlobal("wsrep_provider_evs_suspect_timeout", "5.000000", "2.000000"),
  foundBy: { rule: "eviction-time" },
};
