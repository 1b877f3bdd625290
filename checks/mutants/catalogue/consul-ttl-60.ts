import { consulServer } from "../../../components/consul/facts.ts";
import { running } from "../../audit/rule.ts";
import { edited } from "../change.ts";
import { agentFile } from "../consul.ts";
import type { Mutant } from "../mutant.ts";
import { restart } from "../shell.ts";

export const consulTtl60: Mutant = {
  name: "consul-ttl-60",
  title: "Consul lets its answers live for 60 s",
  of: running(consulServer.name),
  ...edited({ file: agentFile, edit: `jq '.dns_config.service_ttl["*"] = "60s"'`, apply: restart }),
  foundBy: { rule: "dns-ttl" },
};
