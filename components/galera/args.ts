import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type Duration, positiveDuration } from "../../core/duration.ts";
import { UserError } from "../../core/errors.ts";
import { type Host, hostSchema, hostsSchema, requireQuorum } from "../../core/host.ts";
import { labelSchema, lineSchema } from "../../core/names.ts";
import { input, secretInput, unique } from "../../core/schema.ts";
import { sizeSchema } from "../../core/size.ts";
import { check } from "../check.ts";
import { sourceSchema } from "../chrony/settings.ts";
import { type Transform, transformSchema } from "../transform.ts";
import { arbitratorOf, type OnlyVoting } from "./arbitrator.ts";
import type { CapacitySettings } from "./capacity.ts";
import type { ClockSettings } from "./clock.ts";
import type { GaleraSettings } from "./config.ts";
import {
  type AdoptedMember,
  adoptedMember,
  clusterName,
  databaseFields,
  diskPercent,
  galeraRules,
} from "./settings.ts";

export interface GaleraClusterArgs extends GaleraSettings {
  /** The nodes. With the arbitrator an odd number, three at least, no domain with a majority of them. */
  hosts: Host[];
  /**
   * For a site of two domains: a host in a third place that votes, and holds no data.
   * @default none: only the nodes vote
   * @example { host: third, image: imageTag("arbitrator") }
   */
  arbitrator?: {
    host: Host;
    /** The image `arbitrator`. */
    image: pulumi.Input<string>;
  };
  /** The image `galera`. */
  image: pulumi.Input<string>;
  /**
   * What Galera calls the cluster: nodes of another name are refused.
   * @default the component's name
   * @example "orders"
   */
  clusterName?: string;
  /**
   * Databases that are to be there, each with a user of its own. One that is taken off this list stays in the cluster with its data.
   * @default none
   * @example [{ name: "orders", user: "orders" }, { name: "reports", user: "reports", reads: ["orders"] }]
   */
  databases?: {
    name: string;
    user: string;
    /**
     * Of the user.
     * @default generated, and kept as a secret of the stack
     * @example config.requireSecret("ordersPassword")
     */
    password?: pulumi.Input<string>;
    /**
     * Other databases that the user may read.
     * @default none
     * @example ["orders"]
     */
    reads?: string[];
  }[];
  /**
   * By what a node's clock is judged. One that is wrong is kept from joining and from clients until it is right.
   * @default no time hosts are asked; the limits are "100ms" and "1s"
   * @example { servers: ["10.1.0.11"], warning: "50ms", critical: "500ms" }
   */
  clock?: ClockSettings;
  /**
   * How full the disks of a node may be before that is told, and before the node takes no more writes.
   * @default it warns at 80 percent, and is full at 95
   * @example { warning: 70, full: 90 }
   */
  capacity?: CapacitySettings;
  /**
   * Names of the Consul services by which clients find the nodes: one that is to stop takes itself out of them first.
   * @default none
   * @example ["orders-db"]
   */
  consulServices?: string[];
  /**
   * Members of a cluster that others made: the nodes join it in place of making one, and keep these as members until they are off this
   * list (docs/decisions/0044). `clusterName` is that cluster's.
   * @default none: the nodes are a cluster of their own
   * @example [{ name: "old1", address: "10.1.0.5" }, { name: "old2", address: "10.2.0.5" }]
   */
  adopt?: AdoptedMember[];
  /**
   * How long a node may take to join until what comes after it is given up. With 200 GB it takes hours.
   * @default "5m"
   * @example "4h"
   */
  joinTimeout?: Duration;
  /**
   * Hosts of nodes that a change does not wait for, although they are missing: somebody decided to go on without them. For one
   * run, since a second loss would then take the quorum.
   * @default none: a change begins with the whole cluster, and waits for its full size after each node
   * @example ["db2"]
   */
  without?: string[];
  /**
   * Of the user by which health, checks and monitoring ask.
   * @default generated, and kept as a secret of the stack
   * @example config.requireSecret("monitorPassword")
   */
  monitorPassword?: pulumi.Input<string>;
  /**
   * Changes what the component has no argument for: limits, further mounts, another log driver.
   * @default nothing is changed
   * @example { container: (args) => { args.memory = 2048; } }
   */
  transform?: Transform;
}

export const monitorUser = "trivet_monitor";
export const supervisorUser = "trivet_supervisor";

export const whose = (name: string): string => `GaleraCluster "${name}"`;

/** MariaDB takes names of 64 characters, also for users. */
const identifier = z
  .string()
  .regex(/^[^\p{Cc}]{1,64}$/u, "expected a name of 1 to 64 characters, none of them a control character");
const image = input(lineSchema);
/** Galera's own least is higher: see the rules. */
const period = positiveDuration.optional();

const schema = z.strictObject({
  ...databaseFields,
  hosts: hostsSchema,
  arbitrator: z.strictObject({ host: hostSchema, image }).optional(),
  image,
  clusterName,
  databases: z
    .array(
      z.strictObject({
        name: identifier,
        user: identifier,
        password: secretInput.optional(),
        reads: z.array(identifier).optional(),
      }),
    )
    .optional(),
  clock: z
    .strictObject({
      servers: unique(z.array(sourceSchema)).optional(),
      warning: positiveDuration.optional(),
      critical: positiveDuration.optional(),
    })
    .optional(),
  capacity: z
    .strictObject({
      warning: diskPercent.optional(),
      full: diskPercent.optional(),
      counted: sizeSchema.optional(),
    })
    .optional(),
  consulServices: unique(z.array(labelSchema)).optional(),
  adopt: unique(z.array(z.strictObject(adoptedMember))).optional(),
  joinTimeout: positiveDuration.optional(),
  without: unique(z.array(z.string())).optional(),
  monitorPassword: secretInput.optional(),
  evs: z
    .strictObject({
      keepalivePeriod: period,
      inactiveCheckPeriod: period,
      suspectTimeout: period,
      inactiveTimeout: period,
      installTimeout: period,
      joinRetransPeriod: period,
    })
    .optional(),
  toleratedOutage: positiveDuration.optional(),
  transform: transformSchema.optional(),
} satisfies Record<keyof GaleraClusterArgs, z.ZodType>);

/** Members of the cluster beside its nodes, in the order in which they are made. */
export const onlyVoting = ({ arbitrator }: GaleraClusterArgs): OnlyVoting[] =>
  arbitrator ? [arbitratorOf(arbitrator)] : [];

/** @throws {UserError} that tells the first thing that is wrong */
export function validate(name: string, args: GaleraClusterArgs): void {
  check(whose(name), schema, { ...args, clusterName: args.clusterName ?? name }, galeraRules);
  const { hosts, arbitrator, databases = [], adopt, without } = args;
  if (arbitrator) {
    if (hosts.length < 2) {
      throw new UserError(
        `GaleraCluster "${name}" has an arbitrator and ${hosts.length} ${hosts.length === 1 ? "node" : "nodes"}; ` +
          "expected two nodes at least: an arbitrator holds no data. Add a node.",
      );
    }
    const { name: third, address } = arbitrator.host;
    if (hosts.some((host) => host.name === third || host.address === address)) {
      throw new UserError(
        `${whose(name)} has its arbitrator on "${third}" (${address}), where a node is; expected another host in a third place: ` +
          "with that host two votes are lost at once. Place it elsewhere, or leave it out.",
      );
    }
    requireQuorum(`GaleraCluster "${name}"`, "votes (nodes and arbitrator)", [...hosts, arbitrator.host]);
  } else requireQuorum(`GaleraCluster "${name}"`, "nodes", hosts);
  const members = [...hosts, ...(arbitrator ? [arbitrator.host] : [])];
  const own = adopt?.find(({ name: other, address }) =>
    members.some((host) => host.name === other || host.address === address),
  );
  if (own) {
    throw new UserError(
      `${whose(name)} is to adopt "${own.name}" (${own.address}), which has the name or the address of one of its own members; ` +
        "expected members that others made. Rename its own, or leave that one out.",
    );
  }
  const stranger = without?.find((left) => !hosts.some((host) => host.name === left));
  if (stranger !== undefined) {
    throw new UserError(
      `${whose(name)} is to go on without "${stranger}", which is none of its nodes; expected some of ${hosts.map((host) => host.name).join(", ")}.`,
    );
  }
  const repeated = (values: string[]) => values.find((value, index) => values.indexOf(value) !== index);
  const twice = repeated(databases.map((database) => database.name));
  if (twice) {
    throw new UserError(`GaleraCluster "${name}" is given the database "${twice}" twice; expected each name once.`);
  }
  const users = [monitorUser, supervisorUser, ...databases.map(({ user }) => user)];
  const shared = repeated(users);
  if (shared) {
    throw new UserError(
      `GaleraCluster "${name}" is given the user "${shared}" twice${shared === monitorUser || shared === supervisorUser ? " (it is the component's own)" : ""}; ` +
        "expected a user of its own for each database. To let one read another's database, use `reads`.",
    );
  }
}
