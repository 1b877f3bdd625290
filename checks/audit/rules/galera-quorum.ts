import { galera } from "../../../components/galera/facts.ts";
import { each, pairs, type Rule, running, unless, variables } from "../rule.ts";

const expected: Record<string, [value: string, why: string]> = {
  wsrep_provider_pc_recovery: ["ON", "the members of the last view find each other after a power cut"],
  wsrep_provider_pc_ignore_quorum: ["OFF", "a minority must not go on writing"],
  wsrep_provider_pc_ignore_sb: ["OFF", "two halves must not both go on writing"],
  wsrep_provider_pc_bootstrap: ["OFF", "no node may declare itself the primary component"],
  wsrep_provider_pc_weight: ["1", "each node has the same vote, so that any one may be lost"],
  wsrep_provider_gmcast_segment: ["0", "with one node per domain segments only add hops"],
  wsrep_dirty_reads: ["OFF", "a node without quorum must not answer reads"],
  wsrep_on: ["ON", "what is written must reach the other nodes"],
};

export const galeraQuorum: Rule = {
  name: "galera-quorum",
  title: "only the majority of the database nodes takes writes, and finds itself again after a crash",
  of: running(galera.name),
  ask: variables(...Object.keys(expected)),
  judge: each(({ said }) => {
    const found = pairs(said);
    return Object.entries(expected).flatMap(([name, [value, why]]) =>
      unless(
        found[name] === value,
        `${name} = ${found[name]}`,
        `${value}: ${why}`,
        `SET GLOBAL ${name} = ${value}, and remove what sets it in the node's configuration`,
      ),
    );
  }),
};
