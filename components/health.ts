import type * as pulumi from "@pulumi/pulumi";
import type { ContainerAddress } from "../hosts/address.ts";
import { type Given, Provided } from "./provided.ts";

/** A node's place among all that are to find together. */
export interface ClusterPlace {
  /** All of them, in the order in which they are made. */
  members: { host: string; address: string }[];
  /** Which of them this one is, from 0. */
  place: number;
}

export interface HealthGateInputs extends ContainerAddress {
  /** By which a replaced container is waited for again. */
  containerId: string;
  /** Seconds that all looks together may take. */
  timeout: number;
  /** A sentence on how to wait longer. */
  raise?: string;
  cluster?: ClusterPlace;
  /** Hosts among the later members of the cluster that a changed node does not wait for: somebody said to go on without them. */
  without?: string[];
  /** What the running service was told to take: when that changed it is waited for again. */
  settings?: string;
}

/**
 * Waits until a container's own `health` script says that it is fit. What depends on it is created, changed or removed only
 * then: so a plain `pulumi up` takes one node of a cluster at a time. Where its place in a cluster is given, it waits for the
 * cluster's full size, too. It costs nothing once it holds, where Docker's
 * HEALTHCHECK would start a process in every container every few seconds for ever (docs/decisions/0003).
 */
export class HealthGate extends Provided {
  constructor(name: string, args: Given<HealthGateInputs>, opts?: pulumi.CustomResourceOptions) {
    super("HealthGate", name, { ...args }, opts);
  }
}
