import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { addressSchema, endpointSchema } from "./address.ts";
import { UserError } from "./errors.ts";
import { lineSchema } from "./names.ts";
import { input, unique } from "./schema.ts";
import { voteFaults } from "./votes.ts";

/**
 * Where containers are placed. Every container of a host shares that host's network, so `127.0.0.1` means the same to
 * all of them: on a real server `networkMode` is `"host"`, in the lab it is `"container:<pod id>"`.
 */
export interface Host {
  /** Unique in the environment; used in container names (`trivet-<environment>-<host>-<service>`). */
  name: string;
  /** The environment that the host belongs to; names its containers and labels them. */
  environment: string;
  /**
   * Identity of the state that the environment belongs to (`StateIdentity`): a label of all that is made on the host.
   * @default none
   * @example identity.id
   */
  state?: pulumi.Input<string>;
  /** The failure domain: what goes down together. */
  domain: string;
  /** IPv4 address at which the other hosts reach it. */
  address: string;
  /** The Docker daemon that runs the host's containers: `unix:///var/run/docker.sock` or `ssh://[user@]host[:port]`. */
  endpoint: string;
  /** Docker `networkMode` of every container on the host. */
  networkMode: pulumi.Input<string>;
  /**
   * The provider for `endpoint`.
   * @default the ambient one
   * @example new docker.Provider("db1", { host: "ssh://admin@10.1.0.11" })
   */
  provider?: docker.Provider;
}

/** Part of a container's name. */
const partSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'expected a name of letters, digits, "-", "_" and "."');

/** A host as a component is given it. */
export const hostSchema = z.looseObject({
  name: partSchema,
  environment: partSchema,
  domain: lineSchema,
  address: addressSchema,
  endpoint: endpointSchema,
  networkMode: input(z.string().min(1, 'expected a network mode of Docker, such as "host"')),
});

/** Hosts that one service runs on: at least one, each with a name and an address of its own. */
export const hostsSchema = unique(
  unique(z.array(hostSchema).min(1, "expected one host at least"), ({ name }) => name),
  ({ address }) => address,
);

/**
 * Refuses hosts that can't vote together (see `voteFaults`). `what` is how the service names itself and its members:
 * `GaleraCluster "db"`, `nodes`.
 */
export function requireQuorum(what: string, members: string, hosts: readonly Host[]): void {
  const [fault] = voteFaults(hosts);
  if (!fault) return;
  if (fault.is === "count") {
    throw new UserError(
      `${what} has ${hosts.length} ${members}; expected an odd number, three at least: ` +
        "an even number tolerates no more failures than the odd number below it. Add or remove one.",
    );
  }
  throw new UserError(
    `${what} has ${fault.there.length} of its ${hosts.length} ${members} in failure domain "${fault.domain}" ` +
      `(${fault.there.map((host) => host.name).join(", ")}); expected no majority in one domain, ` +
      "or losing that domain stops the service. Move some to other domains.",
  );
}
