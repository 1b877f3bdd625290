import * as pulumi from "@pulumi/pulumi";
import type { ServiceRegistration } from "../consul/config.ts";
import { UserError } from "../errors.ts";
import { type Host, requireQuorum } from "../host.ts";
import { password } from "../keys/random.ts";
import { type ServiceRecord, serviceContainer, serviceRecord } from "../service.ts";
import { type ClockSettings, clockScript } from "./clock.ts";
import {
  checkScript,
  clientConf,
  type DatabaseSpec,
  databasesSql,
  type GaleraSettings,
  hostsFile,
  nodeConf,
} from "./config.ts";

export type { ClockSettings, GaleraSettings };

export interface GaleraClusterArgs extends GaleraSettings {
  /** The nodes: an odd number, three at least, no domain with a majority of them. */
  hosts: Host[];
  /** The image `galera`. */
  image: pulumi.Input<string>;
  /** `galera` unless given. */
  clusterName?: string;
  /**
   * Databases that are to be there, each with a user of its own, whose password is generated unless given. `reads` names
   * other databases that the user may read. One that is taken off this list stays in the cluster with its data.
   */
  databases?: { name: string; user: string; password?: pulumi.Input<string>; reads?: string[] }[];
  /** By what a node's clock is judged. One that is wrong is kept from joining and from clients until it is right. */
  clock?: ClockSettings;
  /** Of the user by which health, checks and monitoring ask; generated unless given. */
  monitorPassword?: pulumi.Input<string>;
}

const monitorUser = "trivet_monitor";

/**
 * A MariaDB Galera cluster over failure domains. Each node decides from its data directory and from its peers whether to
 * start the cluster, join it, or wait (docs/decisions/0010). A change reaches one node at a time, each Synced before the
 * next is touched.
 */
export class GaleraCluster extends pulumi.ComponentResource {
  readonly services: ServiceRecord[];
  /** Name, user and password of each database asked for. */
  readonly databases: DatabaseSpec<pulumi.Output<string>>[];
  /** May see the state of the server, and no data. */
  readonly monitor: { user: string; password: pulumi.Output<string> };

  readonly #hosts: Host[];
  readonly #clock: string;

  constructor(name: string, args: GaleraClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:galera:GaleraCluster", name, {}, opts);
    validate(name, args);
    this.#hosts = args.hosts;
    this.#clock = clockScript({ ...args.clock, nodes: args.hosts.map(({ address }) => address) });
    this.databases = (args.databases ?? []).map((database) => ({
      ...database,
      password: given(database.password) ?? password(`${name}-${database.user}`, { parent: this }),
    }));
    this.monitor = {
      user: monitorUser,
      password: given(args.monitorPassword) ?? password(`${name}-monitor`, { parent: this }),
    };
    this.#createNodes(name, args);
    this.services = args.hosts.map((host) => serviceRecord(host, "galera"));
    this.registerOutputs();
  }

  /** The cluster as Consul names it: every node, passing only while the database itself says that it is fit. */
  consulService(service: { name: string; tags?: string[] }): ServiceRegistration {
    const credentials = `${service.name}.cnf`;
    const clock = `${service.name}-clock`;
    return {
      ...service,
      hosts: this.#hosts,
      port: 3306,
      check: {
        script: checkScript(`/etc/consul.d/trivet/${credentials}`, `/etc/consul.d/trivet/${clock}`),
        interval: "2s",
        timeout: "2s",
        files: {
          [credentials]: this.monitor.password.apply((secret) => clientConf({ ...this.monitor, password: secret })),
          [clock]: this.#clock,
        },
      },
    };
  }

  #createNodes(name: string, args: GaleraClusterArgs): void {
    const databases = pulumi.secret(
      pulumi
        .all([pulumi.all(this.databases.map((database) => database.password)), this.monitor.password])
        .apply(([passwords, monitorPassword]) =>
          databasesSql(
            this.databases.map((database, index) => ({ ...database, password: passwords[index]! })),
            { user: this.monitor.user, password: monitorPassword },
          ),
        ),
    );
    const monitor = this.monitor.password.apply((secret) => clientConf({ user: this.monitor.user, password: secret }));
    // Each waits for all before it: one at a time, also when a plain `pulumi up` replaces them.
    const nodes: pulumi.Resource[] = [];
    for (const host of args.hosts) {
      const config = nodeConf({
        ...args,
        clusterName: args.clusterName ?? name,
        nodeName: host.name,
        nodeAddress: host.address,
        addresses: args.hosts.map((peer) => peer.address),
      });
      nodes.push(
        serviceContainer(
          {
            host,
            service: "galera",
            image: args.image,
            volumes: { data: "/var/lib/mysql" },
            files: [
              { path: "/etc/trivet/hosts", content: hostsFile(args.hosts) },
              { path: "/etc/trivet/galera/node.cnf", content: config },
              { path: "/etc/trivet/galera/clock", content: this.#clock },
              { path: "/etc/trivet/galera/databases.sql", content: databases, mode: "0600" },
              { path: "/etc/trivet/galera/monitor.cnf", content: monitor, mode: "0600" },
            ],
            gated: true,
          },
          { parent: this, dependsOn: [...nodes] },
        ).healthy,
      );
    }
  }
}

const given = (secret: pulumi.Input<string> | undefined) => (secret === undefined ? undefined : pulumi.secret(secret));

function validate(name: string, { hosts, databases = [] }: GaleraClusterArgs): void {
  requireQuorum(`GaleraCluster "${name}"`, "nodes", hosts);
  const repeated = (values: string[]) => values.find((value, index) => values.indexOf(value) !== index);
  const twice = repeated(databases.map((database) => database.name));
  if (twice) {
    throw new UserError(`GaleraCluster "${name}" is given the database "${twice}" twice; expected each name once.`);
  }
  const users = [monitorUser, ...databases.map(({ user }) => user)];
  const shared = repeated(users);
  if (shared) {
    throw new UserError(
      `GaleraCluster "${name}" is given the user "${shared}" twice${shared === monitorUser ? " (it is the component's own)" : ""}; ` +
        "expected a user of its own for each database. To let one read another's database, use `reads`.",
    );
  }
}
