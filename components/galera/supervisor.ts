import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { Host } from "../../core/host.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { labelSchema, lineSchema } from "../../core/names.ts";
import { type ArgumentRule, input } from "../../core/schema.ts";
import type { SupervisorLogin, SupervisorSettings } from "../../node/supervisor/settings.ts";
import { check } from "../check.ts";
import { api as consulApi } from "../consul/facts.ts";
import { serviceContainer, serviceRecord } from "../service.ts";
import { type Transform, transformSchema } from "../transform.ts";
import { GaleraCluster } from "./cluster.ts";
import { ports, supervisor } from "./facts.ts";

export interface GaleraSupervisorArgs {
  /** Whose nodes are supervised. */
  cluster: GaleraCluster;
  /** The image `supervisor`. */
  image: pulumi.Input<string>;
  /** The Consul service that names any healthy node: as given to `consulService`. */
  service: string;
  /** The Consul service that names exactly one of them, for clients that write: `"galeradb-writer"`. */
  writer: string;
  /**
   * Changes what the component has no argument for: limits, further mounts, another log driver.
   * @default nothing is changed
   * @example { container: (args) => { args.memory = 2048; } }
   */
  transform?: Transform;
}

const schema = z.strictObject({
  cluster: z.instanceof(GaleraCluster, { error: "expected a GaleraCluster" }),
  image: input(lineSchema),
  service: labelSchema,
  writer: labelSchema,
  transform: transformSchema.optional(),
} satisfies Record<keyof GaleraSupervisorArgs, z.ZodType>);

const twoNames: ArgumentRule<GaleraSupervisorArgs> = {
  reads: ["service", "writer"],
  problems: ({ service, writer }) =>
    service === writer
      ? [
          {
            path: ["writer"],
            given: `"${writer}", the name of any healthy node`,
            expected: "a name of its own for the one that is written to",
            mend: "give it another one",
          },
        ]
      : [],
};

/**
 * A supervisor beside each node of a cluster. It sees its database die and tells the others at once, which then leave that
 * member behind without waiting for timeouts, and together the supervisors keep the writer's name at one healthy node
 * (docs/decisions/0020). It asks Consul's agent of its own host, so it depends on the ConsulCluster that names the nodes.
 */
export class GaleraSupervisor extends pulumi.ComponentResource {
  readonly services: ServiceRecord[];

  /** @throws {UserError} on the first argument that is wrong, by its path */
  constructor(name: string, args: GaleraSupervisorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:galera:GaleraSupervisor", name, {}, opts);
    check(`GaleraSupervisor "${name}"`, schema, args, [twoNames]);
    const { hosts, supervisor: login } = args.cluster;
    const secret = login.password.apply((password) => json({ user: login.user, password } satisfies SupervisorLogin));
    // Each waits for all before it: the others see a database die while one of them is replaced.
    const created: pulumi.Resource[] = [];
    for (const host of hosts) {
      created.push(
        serviceContainer(
          {
            host,
            service: supervisor.name,
            image: args.image,
            transform: args.transform,
            files: [
              { path: "/etc/trivet/supervisor/settings.json", content: json(settings(args, host)) },
              { path: "/etc/trivet/supervisor/login.json", content: secret, mode: "0600" },
            ],
            gated: true,
            stopTimeout: 10,
          },
          { parent: this, dependsOn: [...created] },
        ).healthy,
      );
    }
    this.services = hosts.map((host) => serviceRecord(host, supervisor.name));
    this.registerOutputs();
  }
}

const settings = ({ cluster, service, writer }: GaleraSupervisorArgs, self: Host): SupervisorSettings => ({
  cluster: cluster.clusterName,
  self: named(self),
  supervised: cluster.hosts.map(named),
  service,
  writer,
  database: { port: ports.client, checksPort: ports.checks },
  consul: consulApi,
});
const named = ({ name, address }: Host) => ({ name, address });

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
