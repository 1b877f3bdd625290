import { type EvsPeriods, optionName } from "./evs.ts";
import { ports } from "./facts.ts";

/** What garbd is told: a member of the cluster's group by the same rules, that keeps nothing. */
export function garbdConf(arbitrator: {
  clusterName: string;
  nodeName: string;
  nodeAddress: string;
  /** Addresses of the database nodes. */
  addresses: string[];
  periods: EvsPeriods;
}): string {
  const { clusterName, nodeName, nodeAddress, addresses, periods } = arbitrator;
  const options = {
    "gmcast.listen_addr": `tcp://${nodeAddress}:${ports.replication}`,
    // Killed and back it is the member that it was: beside one node alone the quorum comes back with it.
    "pc.recovery": "true",
    ...Object.fromEntries(
      Object.entries(periods).map(([name, seconds]) => [`evs.${optionName(name)}`, `PT${seconds}S`]),
    ),
  };
  return `group = ${clusterName}
name = ${nodeName}
address = gcomm://${addresses.map((address) => `${address}:${ports.replication}`).join(",")}
options = ${Object.entries(options)
    .map(([key, value]) => `${key}=${value}`)
    .join(";")}
`;
}
