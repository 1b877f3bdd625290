import type * as pulumi from "@pulumi/pulumi";
import type { ContainerAddress } from "../../hosts/address.ts";
import { type Given, Provided } from "../provided.ts";

export interface KeyInUse {
  /** The containers of all agents, servers first. */
  agents: ContainerAddress[];
  key: string;
}

export interface GossipKeyInputs extends KeyInUse {
  /** Consul's name for all of it: agents of another one are refused. Absent where an earlier version made it. */
  datacenter?: string;
}

/** The key by which all agents talk. All agents depend on it: one that starts with a new key finds it in use. */
export class GossipKey extends Provided {
  constructor(name: string, args: Given<GossipKeyInputs>, opts?: pulumi.CustomResourceOptions) {
    super("GossipKey", name, { ...args }, { additionalSecretOutputs: ["key"], ...opts });
  }
}

/** Former keys are read until this: it depends on all agents. */
export class RetiredGossipKeys extends Provided {
  constructor(name: string, args: Given<KeyInUse>, opts?: pulumi.CustomResourceOptions) {
    super("RetiredGossipKeys", name, { ...args }, { additionalSecretOutputs: ["key"], ...opts });
  }
}
