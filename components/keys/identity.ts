import type * as pulumi from "@pulumi/pulumi";
import { Provided } from "../provided.ts";

/**
 * The identity of a state: its `id` is random, made once, and no secret. As the label `io.trivet.state` it tells to which of two
 * states of one name an object belongs.
 */
export class StateIdentity extends Provided {
  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super("StateIdentity", name, {}, opts);
  }
}
