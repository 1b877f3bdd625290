import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { subnetSchema } from "../../core/address.ts";
import { type Host, hostsSchema } from "../../core/host.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { domainSchema, lineSchema } from "../../core/names.ts";
import { input, unique } from "../../core/schema.ts";
import { check } from "../check.ts";
import { serviceContainer, serviceRecord } from "../service.ts";
import { type Transform, transformSchema } from "../transform.ts";
import { emptyRootZone, namedConf } from "./config.ts";
import { bind } from "./facts.ts";
import { domainsSchema, forwardersSchema, lookupsSchema } from "./settings.ts";

export interface DnsForwarderArgs {
  /** Hosts with a Consul agent, which answers on 127.0.0.1:8600. */
  hosts: Host[];
  /** The image `bind`. */
  image: pulumi.Input<string>;
  /** Subnets in CIDR notation whose hosts may ask. */
  clients: string[];
  /** A name of the domain that the health of a server is asked by: `"galeradb.service.consul"`. */
  probe: string;
  /**
   * The domain that is asked of Consul.
   * @default "consul"
   * @example "site.consul"
   */
  domain?: string;
  /**
   * Servers asked for all other names.
   * @default none: only `domain` resolves, and other names fail at once
   * @example ["10.1.0.53"]
   */
  forwarders?: string[];
  /**
   * Whether answers of `forwarders` must be proved by DNSSEC. They must then pass on its records, up to the root's.
   * @default false: they are believed
   * @example true
   */
  validate?: boolean;
  /**
   * With `validate`, domains that need no proof: the site's own, of which the root does not know.
   * @default none
   * @example ["corp.internal"]
   */
  unsigned?: string[];
  /**
   * Names beside `probe` that each server is asked for, outside of `domain`; `status` tells which of them has no answer.
   * @default none
   * @example ["pager.corp.internal"]
   */
  lookups?: string[];
  /**
   * Changes what the component has no argument for: limits, further mounts, another log driver.
   * @default nothing is changed
   * @example { container: (args) => { args.memory = 2048; } }
   */
  transform?: Transform;
}

const schema = z.strictObject({
  hosts: hostsSchema,
  image: input(lineSchema),
  clients: unique(z.array(subnetSchema).min(1, "expected one subnet at least")),
  probe: domainSchema,
  domain: domainSchema.optional(),
  forwarders: forwardersSchema.optional(),
  validate: z.boolean().optional(),
  unsigned: domainsSchema.optional(),
  lookups: lookupsSchema.optional(),
  transform: transformSchema.optional(),
} satisfies Record<keyof DnsForwarderArgs, z.ZodType>);

/** BIND on several hosts, each forwarding one domain to the Consul on its own host. */
export class DnsForwarder extends pulumi.ComponentResource {
  readonly services: ServiceRecord[];
  /** Addresses to list in every client's resolv.conf. */
  readonly servers: string[];

  /** @throws {UserError} on the first argument that is wrong, by its path */
  constructor(name: string, args: DnsForwarderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:bind:DnsForwarder", name, {}, opts);
    check(`DnsForwarder "${name}"`, schema, args);
    const domain = args.domain ?? "consul";
    const { forwarders = [], validate = false, unsigned = [], lookups = [] } = args;
    const config = namedConf({ clients: args.clients, domain, forwarders, validate, unsigned });
    // One at a time: clients list them all and are never left without.
    const servers: pulumi.Resource[] = [];
    for (const host of args.hosts) {
      servers.push(
        serviceContainer(
          {
            host,
            service: bind.name,
            image: args.image,
            transform: args.transform,
            files: [
              { path: "/etc/trivet/bind/named.conf", content: config },
              { path: "/etc/trivet/bind/empty-root", content: emptyRootZone(domain) },
              { path: "/etc/trivet/bind/probe", content: `${args.probe}\n` },
              ...(lookups.length > 0
                ? [{ path: "/etc/trivet/bind/lookups", content: lookups.map((each) => `${each}\n`).join("") }]
                : []),
            ],
            gated: true,
            stopTimeout: 5,
          },
          { parent: this, dependsOn: [...servers] },
        ).healthy,
      );
    }
    this.services = args.hosts.map((host) => serviceRecord(host, bind.name));
    this.servers = args.hosts.map((host) => host.address);
    this.registerOutputs();
  }
}
