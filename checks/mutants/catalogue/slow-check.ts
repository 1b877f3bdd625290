import { consulAgent } from "../../../components/consul/facts.ts";
import { running } from "../../audit/rule.ts";
import { edited } from "../change.ts";
import { agentFile, reload } from "../consul.ts";
import type { Mutant } from "../mutant.ts";

export const slowCheck: Mutant = {
  name: "slow-check",
  title: "Consul asks the database only every 30 s",
  of: running(consulAgent.name),
  ...edited({ file: agentFile, edit: `jq '.services[].checks[].interval = "30s"'`, apply: reload }),
  foundBy: { rule: "consul-check" },
};
