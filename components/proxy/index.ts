import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { serviceContainer, serviceRecord } from "../service.ts";
import { haproxyCfg } from "./config.ts";
import { proxy } from "./facts.ts";

export interface EntryProxyArgs {
  /** The host that people connect to. */
  host: Host;
  /** Image of HAProxy. */
  image: pulumi.Input<string>;
  /** Hosts of Icinga Web, and the port that it has there. */
  backends: Host[];
  backendPort: number;
  /** Port to listen on, 8080 unless given. */
  port?: number;
  /**
   * Address to listen on, 127.0.0.1 unless given, which on a server means: people come by SSH or by a TLS proxy of their
   * own in front. In the lab, where the host's network is a pod's, it must be 0.0.0.0 for Docker to publish the port.
   */
  bindAddress?: string;
}

/** HAProxy: the one address for people, in front of every web host that answers. `/health` says whether any does. */
export class EntryProxy extends pulumi.ComponentResource {
  readonly services: ServiceRecord[];

  constructor(name: string, args: EntryProxyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:proxy:EntryProxy", name, {}, opts);
    const { host, backends, backendPort, port = 8080, bindAddress = "127.0.0.1" } = args;
    if (backends.length === 0) throw new UserError("EntryProxy was given no backend: give it the hosts of IcingaWeb.");
    if (isIP(bindAddress) !== 4) {
      throw new UserError(
        `EntryProxy can't listen on "${bindAddress}": expected an IPv4 address, such as 127.0.0.1 or 0.0.0.0.`,
      );
    }
    const servers = backends.map(({ name, address }) => ({ name, address, port: backendPort }));
    const content = haproxyCfg({ bindAddress, port, backends: servers });
    serviceContainer(
      {
        host,
        service: proxy.name,
        image: args.image,
        files: [{ path: "/etc/trivet/proxy/haproxy.cfg", content }],
        gated: true,
      },
      { parent: this },
    );
    this.services = [serviceRecord(host, proxy.name)];
    this.registerOutputs({ services: this.services });
  }
}
