import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { type Host, hostSchema } from "../../core/host.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { lineSchema } from "../../core/names.ts";
import { input } from "../../core/schema.ts";
import { check } from "../check.ts";
import { serviceRecord } from "../service.ts";
import { type Transform, transformSchema } from "../transform.ts";
import { nodeContainer } from "./cluster.ts";
import { icingaAgent } from "./facts.ts";
import { IcingaMasters } from "./masters.ts";
import { zoneOf } from "./topology.ts";

export interface IcingaAgentArgs {
  /** The masters; they must have been told of this host as one of `agents`. */
  masters: IcingaMasters;
  /** The monitored host. */
  host: Host;
  /** Image of Icinga 2. */
  image: pulumi.Input<string>;
  /**
   * Changes what the component has no argument for: limits, further mounts, another log driver.
   * @default nothing is changed
   * @example { container: (args) => { args.memory = 2048; } }
   */
  transform?: Transform;
}

const schema = z.strictObject({
  masters: z.instanceof(IcingaMasters, { error: "expected an IcingaMasters" }),
  host: hostSchema,
  image: input(lineSchema),
  transform: transformSchema.optional(),
} satisfies Record<keyof IcingaAgentArgs, z.ZodType>);

/** The Icinga of a monitored host: runs checks there when its domain's satellite asks. */
export class IcingaAgent extends pulumi.ComponentResource {
  readonly services: ServiceRecord[];

  /** @throws {UserError} on the first argument that is wrong, by its path, and for a host that the masters were not told of */
  constructor(name: string, args: IcingaAgentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:icinga:IcingaAgent", name, {}, opts);
    check(`IcingaAgent "${name}"`, schema, args);
    const { masters, host, image } = args;
    const { topology } = masters.cluster;
    if (!topology.agents.some((zone) => zone === zoneOf(topology, host.name))) {
      throw new UserError(
        `IcingaAgent "${name}" was given the host ${host.name}, which its masters were not told of: add it to their agents.`,
      );
    }
    nodeContainer(
      { cluster: masters.cluster, host, service: icingaAgent.name, image, transform: args.transform, features: {} },
      { parent: this },
    );
    this.services = [serviceRecord(host, icingaAgent.name)];
    this.registerOutputs({ services: this.services });
  }
}
