import { consulServer } from "../../../components/consul/facts.ts";
import { running } from "../../audit/rule.ts";
import { edited } from "../change.ts";
import { agentFile } from "../consul.ts";
import type { Mutant } from "../mutant.ts";
import { restart } from "../shell.ts";

export const slowElection: Mutant = {
  name: "slow-election",
  title: "Consul's raft_multiplier is its default, 5",
  of: running(consulServer.name),
  ...edited({ file: agentFile, edit: "jq '.performance.raft_multiplier = 5'", apply: restart }),
  foundBy: { rule: "consul-quorum" },
};
