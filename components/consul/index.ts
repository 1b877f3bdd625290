import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type Host, hostsSchema, requireQuorum } from "../../core/host.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { labelSchema, lineSchema } from "../../core/names.ts";
import { input, unique } from "../../core/schema.ts";
import { check } from "../check.ts";
import { symmetricKey } from "../keys/random.ts";
import { type ContainerFile, containerName, serviceContainer, serviceRecord } from "../service.ts";
import { type Transform, transformSchema } from "../transform.ts";
import { agentJson, type ServiceRegistration } from "./config.ts";
import { consulAgent, consulServer } from "./facts.ts";
import { GossipKey, RetiredGossipKeys } from "./keyring.ts";
import { datacenter, gossipKey, raftMultiplier, recursor, registrations, ttl } from "./settings.ts";

export type { ServiceRegistration };

export interface ConsulClusterArgs {
  /** The servers: an odd number, three at least, no domain with a majority of them. */
  hosts: Host[];
  /** The image `consul`. */
  image: pulumi.Input<string>;
  /**
   * Services to name. Hosts among theirs that are not servers get an agent.
   * @default none
   * @example [database.consulService({ name: "orders-db" })]
   */
  services?: ServiceRegistration[];
  /**
   * Key of the gossip between all agents: 32 bytes in base64. A change reaches all running agents first.
   * @default generated, and kept as a secret of the stack
   * @example config.requireSecret("gossipKey")
   */
  gossipKey?: pulumi.Input<string>;
  /**
   * One Consul data centre spans all failure domains. Its name stays what it was when it was made.
   * @default "dc1"
   * @example "east"
   */
  datacenter?: string;
  /**
   * 1 (a dead leader is replaced within some 5 s) to 10 (for slow or loaded links).
   * @default 1
   * @example 5
   */
  raftMultiplier?: number;
  /**
   * Upstream DNS servers that Consul itself asks for names outside `.consul`.
   * @default none
   * @example ["10.1.0.53"]
   */
  recursors?: string[];
  /**
   * For how long an answer may be believed, by the service's name.
   * @default one second for each
   * @example { "galeradb-writer": "0s" }
   */
  serviceTtl?: Record<string, string>;
  /**
   * Changes what the component has no argument for: limits, further mounts, another log driver.
   * @default nothing is changed
   * @example { container: (args) => { args.memory = 2048; } }
   */
  transform?: Transform;
}

/**
 * Consul servers over failure domains, an agent on every other host with a service to name, and gossip encryption by a
 * generated key. DNS answers on 127.0.0.1:8600 of each of these hosts.
 */
export class ConsulCluster extends pulumi.ComponentResource {
  readonly services: ServiceRecord[];

  /** @throws {UserError} on the first argument that is wrong, by its path, and where a majority could be lost with one domain */
  constructor(name: string, args: ConsulClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:consul:ConsulCluster", name, {}, opts);
    validate(name, args);
    const encrypt = args.gossipKey ? pulumi.secret(args.gossipKey) : symmetricKey(`${name}-gossip`, { parent: this });
    const registered = (args.services ?? []).flatMap((service) => service.hosts);
    const isServer = (host: Host) => args.hosts.some((server) => server.name === host.name);
    const agents = [...new Map(registered.map((host) => [host.name, host])).values()].filter((host) => !isServer(host));

    const inUse = {
      agents: [
        ...args.hosts.map((host) => ({ endpoint: host.endpoint, container: containerName(host, consulServer.name) })),
        ...agents.map((host) => ({ endpoint: host.endpoint, container: containerName(host, consulAgent.name) })),
      ],
      key: encrypt,
    };
    // Each server waits for those before it: one at a time, so that a change never takes the quorum.
    const servers: pulumi.Resource[] = [
      new GossipKey(`${name}-gossip-key`, { ...inUse, datacenter: datacenterOf(args) }, { parent: this }),
    ];
    for (const host of args.hosts) servers.push(this.#createAgent(args, host, encrypt, consulServer.name, servers));
    // Nor do agents change while a server does: the two may be of different domains.
    const clients: pulumi.Resource[] = [];
    for (const host of agents) {
      clients.push(this.#createAgent(args, host, encrypt, consulAgent.name, [...servers, ...clients]));
    }
    new RetiredGossipKeys(`${name}-former-gossip-keys`, inUse, { parent: this, dependsOn: [...servers, ...clients] });

    this.services = [
      ...args.hosts.map((host) => serviceRecord(host, consulServer.name)),
      ...agents.map((host) => serviceRecord(host, consulAgent.name)),
    ];
    this.registerOutputs();
  }

  #createAgent(
    args: ConsulClusterArgs,
    host: Host,
    encrypt: pulumi.Output<string>,
    service: typeof consulServer.name | typeof consulAgent.name,
    before: pulumi.Resource[],
  ): pulumi.Resource {
    const services = (args.services ?? []).filter((candidate) =>
      candidate.hosts.some(({ name }) => name === host.name),
    );
    const config = encrypt.apply((key) =>
      agentJson({
        nodeName: host.name,
        address: host.address,
        datacenter: datacenterOf(args),
        servers: args.hosts.map((server) => server.address),
        encrypt: key,
        raftMultiplier: service === consulServer.name ? (args.raftMultiplier ?? 1) : undefined,
        recursors: args.recursors,
        services,
        serviceTtl: args.serviceTtl,
      }),
    );
    const checks = services.flatMap(({ name, check }): ContainerFile[] => [
      ...(check.script === undefined
        ? []
        : [{ path: `/etc/trivet/consul/check-${name}`, content: check.script, mode: "0700" }]),
      ...Object.entries(check.files ?? {}).map(([file, content]) => ({
        path: `/etc/trivet/consul/${file}`,
        content,
        mode: "0600",
      })),
    ]);
    return serviceContainer(
      {
        host,
        service,
        image: args.image,
        transform: args.transform,
        volumes: { data: "/var/lib/consul" },
        files: [{ path: "/etc/trivet/consul/agent.json", content: config, mode: "0600" }, ...checks],
        gated: true,
        stopTimeout: 10,
        // A server does not leave and has nothing to save: all that takes longer is that it still dials a server that went before it.
        removeTimeout: service === consulServer.name ? 2 : undefined,
      },
      { parent: this, dependsOn: [...before] },
    ).healthy;
  }
}

const datacenterOf = ({ datacenter = "dc1" }: ConsulClusterArgs): string => datacenter;

const schema = z.strictObject({
  hosts: hostsSchema,
  image: input(lineSchema),
  services: registrations.optional(),
  gossipKey: input(gossipKey).optional(),
  datacenter: datacenter.optional(),
  raftMultiplier: raftMultiplier.optional(),
  recursors: unique(z.array(recursor)).optional(),
  serviceTtl: z.record(labelSchema, ttl).optional(),
  transform: transformSchema.optional(),
} satisfies Record<keyof ConsulClusterArgs, z.ZodType>);

function validate(name: string, args: ConsulClusterArgs): void {
  const whose = `ConsulCluster "${name}"`;
  check(whose, schema, args);
  requireQuorum(whose, "servers", args.hosts);
}
