import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { addressSchema, portSchema } from "../../core/address.ts";
import { type Host, hostSchema, hostsSchema } from "../../core/host.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { lineSchema } from "../../core/names.ts";
import { input } from "../../core/schema.ts";
import { check } from "../check.ts";
import { serviceContainer, serviceRecord } from "../service.ts";
import { type Transform, transformSchema } from "../transform.ts";
import { haproxyCfg } from "./config.ts";
import { proxy } from "./facts.ts";

export interface EntryProxyArgs {
  /** The host that people connect to. */
  host: Host;
  /** Image of HAProxy. */
  image: pulumi.Input<string>;
  /** Hosts of Icinga Web. */
  backends: Host[];
  /** The port that Icinga Web has there: `webPort`. */
  backendPort: number;
  /**
   * Port to listen on.
   * @default 8080
   * @example 80
   */
  port?: number;
  /**
   * Address to listen on. In the lab, where the host's network is a pod's, it must be 0.0.0.0 for Docker to publish the port.
   * @default "127.0.0.1": people come by SSH or by a TLS proxy of their own in front
   * @example "0.0.0.0"
   */
  bindAddress?: string;
  /**
   * Changes what the component has no argument for: limits, further mounts, another log driver.
   * @default nothing is changed
   * @example { container: (args) => { args.memory = 2048; } }
   */
  transform?: Transform;
}

const schema = z.strictObject({
  host: hostSchema,
  image: input(lineSchema),
  backends: hostsSchema,
  backendPort: portSchema,
  port: portSchema.optional(),
  bindAddress: addressSchema.optional(),
  transform: transformSchema.optional(),
} satisfies Record<keyof EntryProxyArgs, z.ZodType>);

/** HAProxy: the one address for people, in front of every web host that answers. `/health` says whether any does. */
export class EntryProxy extends pulumi.ComponentResource {
  readonly services: ServiceRecord[];

  /** @throws {UserError} on the first argument that is wrong, by its path */
  constructor(name: string, args: EntryProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:proxy:EntryProxy", name, {}, opts);
    check(`EntryProxy "${name}"`, schema, args);
    const { host, backends, backendPort, port = 8080, bindAddress = "127.0.0.1" } = args;
    const servers = backends.map(({ name, address }) => ({ name, address, port: backendPort }));
    const content = haproxyCfg({ bindAddress, port, backends: servers });
    serviceContainer(
      {
        host,
        service: proxy.name,
        image: args.image,
        transform: args.transform,
        files: [{ path: "/etc/trivet/proxy/haproxy.cfg", content }],
        gated: true,
      },
      { parent: this },
    );
    this.services = [serviceRecord(host, proxy.name)];
    this.registerOutputs({ services: this.services });
  }
}
