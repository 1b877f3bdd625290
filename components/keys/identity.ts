import * as pulumi from "@pulumi/pulumi";

// Pulumi serialises these functions into the state: they may capture nothing, hence the import inside.
const provider: pulumi.dynamic.ResourceProvider = {
  async create() {
    const { randomUUID } = await import("node:crypto");
    return { id: randomUUID(), outs: {} };
  },
  async diff() {
    return { changes: false };
  },
};

/**
 * The identity of a state: its `id` is random, made once, and no secret. As the label `io.trivet.state` it tells to which of two
 * states of one name an object belongs.
 */
export class StateIdentity extends pulumi.dynamic.Resource {
  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, {}, { ...opts, ignoreChanges: ["__provider", ...(opts?.ignoreChanges ?? [])] });
  }
}
