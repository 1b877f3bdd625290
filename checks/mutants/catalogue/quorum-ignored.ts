import { galera } from "../../../components/galera/facts.ts";
import { running } from "../../audit/rule.ts";
import { setGlobal } from "../change.ts";
import type { Mutant } from "../mutant.ts";

export const quorumIgnored: Mutant = {
  name: "quorum-ignored",
  title: "The database nodes go on writing without a majority (pc.ignore_quorum)",
  of: running(galera.name),
  ...setGlobal("wsrep_provider_pc_ignore_quorum", "ON", "OFF"),
  foundBy: { rule: "galera-quorum" },
};
