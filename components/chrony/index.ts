import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { subnetSchema } from "../../core/address.ts";
import { type Host, hostsSchema } from "../../core/host.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { lineSchema } from "../../core/names.ts";
import { type ArgumentRule, input, unique } from "../../core/schema.ts";
import { check } from "../check.ts";
import { serviceContainer, serviceRecord } from "../service.ts";
import { type Transform, transformSchema } from "../transform.ts";
import { clientConf, serverConf } from "./config.ts";
import { chrony } from "./facts.ts";
import { sourcesSchema } from "./settings.ts";

export interface TimeServiceArgs {
  /** Every host whose clock is to be kept. */
  hosts: Host[];
  /** Those among them that serve the time to all others. */
  servers: Host[];
  /** The image `chrony`. */
  image: pulumi.Input<string>;
  /** Subnets in CIDR notation that may ask for the time. */
  clients: string[];
  /**
   * Sources beyond the site that the servers follow.
   * @default none: the servers agree among themselves
   * @example ["0.pool.ntp.org"]
   */
  upstream?: string[];
  /**
   * True sets the host's clock, which needs the capability SYS_TIME. False only measures: containers of one machine share its clock,
   * and the machine's own service keeps that.
   * @default true
   * @example false
   */
  controlClock?: boolean;
  /**
   * Changes what the component has no argument for: limits, further mounts, another log driver.
   * @default nothing is changed
   * @example { container: (args) => { args.memory = 2048; } }
   */
  transform?: Transform;
}

const schema = z.strictObject({
  hosts: hostsSchema,
  servers: hostsSchema,
  image: input(lineSchema),
  clients: unique(z.array(subnetSchema).min(1, "expected one subnet at least")),
  upstream: sourcesSchema.optional(),
  controlClock: z.boolean().optional(),
  transform: transformSchema.optional(),
} satisfies Record<keyof TimeServiceArgs, z.ZodType>);

/** A server's own clock is kept, too. */
const strangers: ArgumentRule<TimeServiceArgs> = {
  reads: ["hosts", "servers"],
  problems: ({ hosts, servers }) =>
    servers.flatMap(({ name }, index) => {
      if (hosts.some((host) => host.name === name)) return [];
      const expected = `one of the hosts: ${hosts.map((host) => host.name).join(", ")}`;
      return [{ path: ["servers", index], given: `"${name}"`, expected, mend: "add it to the hosts" }];
    }),
};

/** chrony on every host: one time for the whole site, with or without the internet, and each clock's offset readable. */
export class TimeService extends pulumi.ComponentResource {
  readonly services: ServiceRecord[];

  /** @throws {UserError} on the first argument that is wrong, by its path */
  constructor(name: string, args: TimeServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:chrony:TimeService", name, {}, opts);
    check(`TimeService "${name}"`, schema, args, [strangers]);
    const controlClock = args.controlClock ?? true;
    const addresses = args.servers.map((server) => server.address);
    const createClock = (host: Host, config: string, dependsOn: pulumi.Resource[]) =>
      serviceContainer(
        {
          host,
          service: chrony.name,
          image: args.image,
          transform: args.transform,
          command: controlClock ? [] : ["-x"],
          lessCapabilities: controlClock ? [] : ["SYS_TIME"],
          files: [{ path: "/etc/trivet/chrony/chrony.conf", content: config }],
          stopTimeout: 5,
        },
        { parent: this, dependsOn },
      );
    // One after the other, so that a change never takes the time from all at once.
    const servers: docker.Container[] = [];
    for (const host of args.servers) {
      const peers = addresses.filter((address) => address !== host.address);
      const config = serverConf({ clients: args.clients, peers, upstream: args.upstream ?? [] });
      servers.push(createClock(host, config, servers.slice(-1)).container);
    }
    // A client whose first questions go unanswered asks more and more rarely: servers first.
    for (const host of args.hosts) {
      if (!args.servers.some((server) => server.name === host.name)) createClock(host, clientConf(addresses), servers);
    }
    this.services = args.hosts.map((host) => serviceRecord(host, chrony.name));
    this.registerOutputs();
  }
}
