import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { type Host, hostsSchema } from "../../core/host.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { lineSchema } from "../../core/names.ts";
import { input } from "../../core/schema.ts";
import { check } from "../check.ts";
import { serviceRecord } from "../service.ts";
import { type Transform, transformSchema } from "../transform.ts";
import { checker, nodeContainer } from "./cluster.ts";
import { icingaSatellite } from "./facts.ts";
import { IcingaMasters } from "./masters.ts";
import { zoneOf } from "./topology.ts";

export interface IcingaSatelliteArgs {
  /** The masters; they must have been told of these hosts as `satellites`. */
  masters: IcingaMasters;
  /** One or two hosts of one failure domain; two share the checks and stand in for each other. */
  hosts: Host[];
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
  hosts: hostsSchema,
  image: input(lineSchema),
  transform: transformSchema.optional(),
} satisfies Record<keyof IcingaSatelliteArgs, z.ZodType>);

/**
 * The Icinga that does the checks of one failure domain, in a zone named after it. Its configuration comes from the
 * masters. Give a later domain's satellite `dependsOn` the one before, and a change takes one domain at a time.
 */
export class IcingaSatellite extends pulumi.ComponentResource {
  readonly services: ServiceRecord[];

  /** @throws {UserError} on the first argument that is wrong, by its path, and for hosts that the masters were not told of */
  constructor(name: string, args: IcingaSatelliteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:icinga:IcingaSatellite", name, {}, opts);
    check(whose(name), schema, args);
    const { masters, hosts, image } = args;
    refuseForeign(whose(name), masters, hosts);
    const before: pulumi.Resource[] = [];
    for (const host of hosts) {
      before.push(
        nodeContainer(
          {
            cluster: masters.cluster,
            host,
            service: icingaSatellite.name,
            image,
            transform: args.transform,
            features: checker,
          },
          { parent: this, dependsOn: before.slice(-1) },
        ).healthy,
      );
    }
    this.services = hosts.map((host) => serviceRecord(host, icingaSatellite.name));
    this.registerOutputs({ services: this.services });
  }
}

/** The hosts must be just those of one zone that the masters know. */
const whose = (name: string) => `IcingaSatellite "${name}"`;

function refuseForeign(whose: string, masters: IcingaMasters, hosts: Host[]): void {
  const { topology } = masters.cluster;
  const given = hosts.map(({ name }) => name);
  const zone = topology.satellites.find((candidate) => candidate === zoneOf(topology, given[0] ?? ""));
  const expected = zone?.endpoints.map(({ name }) => name);
  if (expected?.join() !== given.join()) {
    throw new UserError(
      `${whose} was given the hosts ${given.join(", ") || "none"}; its masters expect ` +
        `${topology.satellites.map(({ name, endpoints }) => `${endpoints.map((host) => host.name).join(", ")} in ${name}`).join("; ") || "no satellites"}.`,
    );
  }
}
