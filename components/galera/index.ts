import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceRegistration } from "../consul/config.ts";
import { type Host, requireQuorum } from "../host.ts";
import { password } from "../keys/random.ts";
import { type ServiceRecord, serviceContainer, serviceRecord } from "../service.ts";
import {
  checkScript,
  clientConf,
  type DatabaseSpec,
  type GaleraSettings,
  hostsFile,
  initSql,
  nodeConf,
} from "./config.ts";

export type { GaleraSettings };

export interface GaleraClusterArgs extends GaleraSettings {
  /** The nodes: an odd number, three at least, no domain with a majority of them. */
  hosts: Host[];
  /** The image `galera`. */
  image: pulumi.Input<string>;
  /** `galera` unless given. */
  clusterName?: string;
  /** Databases made when the cluster is, each with a user of its own whose password is generated. */
  databases?: { name: string; user: string; reads?: string[] }[];
}

/**
 * A MariaDB Galera cluster over failure domains. Each node decides from its data directory and from its peers whether to
 * start the cluster, join it, or wait (docs/decisions/0010). A change reaches one node at a time, each Synced before the
 * next is touched.
 */
export class GaleraCluster extends pulumi.ComponentResource {
  readonly services: ServiceRecord[];
  /** Name, user and generated password of each database asked for. */
  readonly databases: DatabaseSpec<pulumi.Output<string>>[];
  /** May see the state of the server, and no data. */
  readonly monitor: { user: string; password: pulumi.Output<string> };

  readonly #hosts: Host[];

  constructor(name: string, args: GaleraClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:galera:GaleraCluster", name, {}, opts);
    requireQuorum(`GaleraCluster "${name}"`, "nodes", args.hosts);
    this.#hosts = args.hosts;
    this.databases = (args.databases ?? []).map((database) => ({
      ...database,
      password: password(`${name}-${database.user}`, { parent: this }),
    }));
    this.monitor = { user: "trivet_monitor", password: password(`${name}-monitor`, { parent: this }) };
    this.#createNodes(name, args);
    this.services = args.hosts.map((host) => serviceRecord(host, "galera"));
    this.registerOutputs();
  }

  /** The cluster as Consul names it: every node, passing only while the database itself says that it is fit. */
  consulService(service: { name: string; tags?: string[] }): ServiceRegistration {
    const credentials = `${service.name}.cnf`;
    return {
      ...service,
      hosts: this.#hosts,
      port: 3306,
      check: {
        script: checkScript(`/etc/consul.d/trivet/${credentials}`),
        interval: "2s",
        timeout: "2s",
        files: {
          [credentials]: this.monitor.password.apply((secret) => clientConf({ ...this.monitor, password: secret })),
        },
      },
    };
  }

  #createNodes(name: string, args: GaleraClusterArgs): void {
    const init = pulumi.secret(
      pulumi
        .all([pulumi.all(this.databases.map((database) => database.password)), this.monitor.password])
        .apply(([passwords, monitorPassword]) =>
          initSql(
            this.databases.map((database, index) => ({ ...database, password: passwords[index]! })),
            { user: this.monitor.user, password: monitorPassword },
          ),
        ),
    );
    const monitor = this.monitor.password.apply((secret) => clientConf({ user: this.monitor.user, password: secret }));
    // Each waits for all before it: one at a time, also when a plain `pulumi up` replaces them.
    const nodes: docker.Container[] = [];
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
              { path: "/etc/trivet/galera/init.sql", content: init, mode: "0600" },
              { path: "/etc/trivet/galera/monitor.cnf", content: monitor, mode: "0600" },
            ],
            healthInterval: 2,
          },
          { parent: this, dependsOn: [...nodes] },
        ),
      );
    }
  }
}
