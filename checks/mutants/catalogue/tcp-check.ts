import { consulAgent } from "../../../components/consul/facts.ts";
import { running } from "../../audit/rule.ts";
import { edited } from "../change.ts";
import { agentFile, reload } from "../consul.ts";
import type { Mutant } from "../mutant.ts";

export const tcpCheck: Mutant = {
  name: "tcp-check",
  title: "Consul only connects to the database's port, and asks it nothing",
  of: running(consulAgent.name),
  ...edited({
    file: agentFile,
    edit: `jq '.services[] |= (. as $service | .checks[] |= (del(.http, .method) | .tcp = "127.0.0.1:\\($service.port)"))'`,
    apply: reload,
  }),
  // A database that hangs its supervisor would take out of the name; one that lost the others only the check does.
  foundBy: { rule: "consul-check", experiment: { name: "database-ports-cut", checkers: ["name-unfit"] } },
};
