import type * as pulumi from "@pulumi/pulumi";
import type { ContainerAddress } from "../../hosts/address.ts";
import { type Given, Provided } from "../provided.ts";

export interface WholeNode extends ContainerAddress {
  host: string;
  address: string;
}

export interface WholeClusterInputs {
  nodes: WholeNode[];
  /** Hosts that a change need not wait for: somebody said to go on without them. */
  without?: string[];
  /** The cluster's name in Galera: nodes of another one are refused by those that run. Absent where an earlier version made it. */
  clusterName?: string;
  /** Of all that makes a node's container another one. */
  digest: string;
}

/**
 * The cluster is whole before a change begins. The first node depends on it: with any engine a change that finds a node missing
 * fails before it takes a second one away. It looks only when something changes that reaches the nodes. A cluster that never was
 * whole may be changed as it is: a first run that failed is mended by the next one.
 */
export class WholeCluster extends Provided {
  constructor(name: string, args: Given<WholeClusterInputs>, opts?: pulumi.CustomResourceOptions) {
    super("WholeCluster", name, { ...args }, { additionalSecretOutputs: ["digest"], ...opts });
  }
}
