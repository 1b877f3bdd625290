import { galera } from "../../../components/galera/facts.ts";
import { each, pairs, type Rule, running, unless, variables } from "../rule.ts";

export const galeraPeers: Rule = {
  name: "galera-peers",
  title: "each database node knows all nodes of the cluster to join by",
  of: running(galera.name),
  ask: variables("wsrep_cluster_address"),
  judge: each(({ said }, inventory) => {
    const address = pairs(said).wsrep_cluster_address ?? "";
    const listed = address.replace(/^gcomm:\/\//, "").split(",");
    const missing = running(galera.name)(inventory).filter((node) => !listed.includes(node.address));
    return unless(
      missing.length === 0,
      `wsrep_cluster_address = ${address || "nothing"}`,
      `also ${missing.map((node) => `${node.address} (${node.host})`).join(", ")}: an empty address starts a cluster of its own`,
      "SET GLOBAL wsrep_cluster_address to all nodes, and correct it in the node's configuration",
    );
  }),
};
