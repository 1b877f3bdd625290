import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../core/host.ts";
import { type Given, Provided } from "../provided.ts";
import { containerName } from "../service.ts";
import type { Voter } from "./majority.ts";

/** A voter, and where it runs. */
export interface Member extends Voter {
  container: string;
}

/** A service of a host as a member of the cluster. */
export function member(host: Host, service: string): Member {
  const { name, address, endpoint } = host;
  return { service, host: name, address, endpoint, container: containerName(host, service) };
}

export interface MembershipInputs {
  voters: Member[];
}

/**
 * Who is a member of the cluster. The nodes depend on it: so with any engine a change that would take the last majority away
 * fails before one of them is touched, and a cluster that becomes smaller does so before the nodes that stay are told,
 * while each of them still knows who may be alive.
 */
export class Membership extends Provided {
  constructor(name: string, args: Given<MembershipInputs>, opts?: pulumi.CustomResourceOptions) {
    super("Membership", name, { ...args }, opts);
  }
}
