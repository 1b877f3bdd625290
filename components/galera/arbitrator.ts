import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../core/host.ts";
import { type ServiceArgs, serviceContainer } from "../service.ts";
import type { ServiceName } from "../services.ts";
import { type EvsPeriods, optionName } from "./evs.ts";
import { arbitrator, ports } from "./facts.ts";

/** A member that votes and holds no data, as the cluster sees it. */
export interface OnlyVoting {
  host: Host;
  service: ServiceName;
  /** It must come after the nodes: it can only join what is there. */
  create(args: VotingArgs, opts: pulumi.CustomResourceOptions): void;
}

export interface VotingArgs
  extends Required<Pick<ServiceArgs, "cluster" | "patience">>,
    Pick<ServiceArgs, "without" | "transform"> {
  clusterName: string;
  /** Addresses of the database nodes. */
  addresses: string[];
  periods: EvsPeriods;
}

export const arbitratorOf = ({ host, image }: Pick<ServiceArgs, "host" | "image">): OnlyVoting => ({
  host,
  service: arbitrator.name,
  create: (args, opts) => createArbitrator({ host, image, ...args }, opts),
});

function createArbitrator(
  args: VotingArgs & Pick<ServiceArgs, "host" | "image">,
  opts: pulumi.CustomResourceOptions,
): void {
  const { host, image, cluster, without, patience, transform } = args;
  const content = garbdConf({ ...args, nodeName: host.name, nodeAddress: host.address });
  serviceContainer(
    {
      host,
      service: arbitrator.name,
      image,
      transform,
      files: [{ path: "/etc/trivet/arbitrator/garbd.cnf", content }],
      gated: true,
      cluster,
      without,
      patience,
      stopTimeout: 10,
    },
    opts,
  );
}

/** The configuration of garbd: a member of the cluster's group by the same rules, that keeps nothing. */
function garbdConf(settings: {
  clusterName: string;
  nodeName: string;
  nodeAddress: string;
  addresses: string[];
  periods: EvsPeriods;
}): string {
  const { clusterName, nodeName, nodeAddress, addresses, periods } = settings;
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
