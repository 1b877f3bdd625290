import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { seconds } from "../../core/duration.ts";
import type { Host } from "../../core/host.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import type { ServiceRegistration } from "../consul/config.ts";
import { password, symmetricKey } from "../keys/random.ts";
import { givenPassword } from "../secret.ts";
import {
  type ContainerFile,
  containerName,
  type ServiceArgs,
  serviceContainer,
  serviceRecord,
  shapeOf,
} from "../service.ts";
import { type GaleraClusterArgs, monitorUser, onlyVoting, supervisorUser, validate, whose } from "./args.ts";
import { capacityConf, capacityLimits } from "./capacity.ts";
import {
  clientConf,
  type DatabaseSpec,
  databasesSql,
  hostsFile,
  introductionSql,
  nodeConf,
  retireAddressesSql,
} from "./config.ts";
import { connectionVariables } from "./connections.ts";
import { evsPeriods } from "./evs.ts";
import { galera, healthUrl, ports } from "./facts.ts";
import { keeperJson, keeperPath } from "./keeper.ts";
import { Membership, member } from "./membership.ts";
import { RetiredPasswords, retireSql } from "./passwords.ts";
import { runningConf } from "./running.ts";
import { userLimitsSql } from "./users.ts";
import { WholeCluster } from "./whole.ts";

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

  /** May ask its own node who is a member of the view, and have it evict one; from the node's host only. */
  readonly supervisor: { user: string; password: pulumi.Output<string> };
  /** As given. */
  readonly hosts: readonly Host[];
  /** The cluster's name in Galera. */
  readonly clusterName: string;

  /** All of its own that vote. */
  readonly #members: ReturnType<typeof members>;
  /** Addresses of all that may be members, those that it adopts as well. */
  readonly #addresses: string[];
  /** How full a node's disks may be, in percent, before that is told, and before it takes no more writes. */
  readonly disk: { warning: number; full: number };

  readonly #name: string;
  readonly #capacity: ReturnType<typeof capacityLimits>;

  /** @throws {UserError} on the first argument that is wrong, by its path, and where a majority could be lost with one domain */
  constructor(name: string, args: GaleraClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:galera:GaleraCluster", name, {}, opts);
    validate(name, args);
    this.#name = name;
    this.#capacity = capacityLimits(whose(name), args.capacity);
    this.disk = { warning: this.#capacity.warning, full: this.#capacity.full };
    this.hosts = args.hosts;
    this.#members = members(args);
    this.#addresses = [...this.#members, ...(args.adopt ?? [])].map(({ address }) => address);
    this.clusterName = args.clusterName ?? name;
    this.databases = (args.databases ?? []).map((database, index) => ({
      ...database,
      password:
        given(name, ["databases", index, "password"], database.password) ??
        password(`${name}-${database.user}`, { parent: this }),
    }));
    this.monitor = {
      user: monitorUser,
      password: given(name, ["monitorPassword"], args.monitorPassword) ?? password(`${name}-monitor`, { parent: this }),
    };
    this.supervisor = { user: supervisorUser, password: password(`${name}-supervisor`, { parent: this }) };
    this.#createNodes(name, args);
    this.services = [
      ...args.hosts.map((host) => serviceRecord(host, galera.name)),
      ...onlyVoting(args).map(({ host, service }) => serviceRecord(host, service)),
    ];
    this.registerOutputs();
  }

  /** The cluster as Consul names it: every node, passing only while its keeper says that it is fit for clients. */
  consulService(service: { name: string; tags?: string[] }): ServiceRegistration {
    const check = { http: healthUrl("consul"), interval: "2s", timeout: "2s" };
    return { ...service, hosts: [...this.hosts], port: ports.client, check };
  }

  /** How full the disks of each node are, as Consul names it: a service that nobody looks up, with its check to be seen. */
  consulDiskService({ name }: { name: string }): ServiceRegistration {
    const check = { about: "room", http: healthUrl("disk"), interval: "10s", timeout: "2s" };
    return { name, hosts: [...this.hosts], port: ports.client, check };
  }

  /**
   * After a change of passwords the former ones stay valid, since it reaches one after the other. This ends that; `dependsOn`
   * are all that are told the new ones.
   */
  retireFormerPasswords(dependsOn: pulumi.Resource[]): void {
    new RetiredPasswords(
      `${this.#name}-passwords`,
      {
        nodes: this.hosts.map((host) => ({ endpoint: host.endpoint, container: containerName(host, galera.name) })),
        digest: digest([this.#former()]),
      },
      // No child of the cluster: what depends on the cluster depends on all its children, and this on that. Earlier versions named it
      // by Galera's name of the cluster, which two clusters may share.
      {
        dependsOn,
        aliases: this.clusterName === this.#name ? [] : [{ name: `${this.clusterName}-passwords` }],
      },
    );
  }

  /** Statements that leave each user its one password, and former members out. */
  #former(): pulumi.Output<string> {
    const users = [
      ...this.databases.map(({ user, password }) => ({ user, password })),
      this.monitor,
      { ...this.supervisor, from: "127.0.0.1" },
    ];
    const addresses = retireAddressesSql(this.#addresses);
    return pulumi.secret(pulumi.all(users).apply((all) => retireSql(all) + addresses));
  }

  #createNodes(name: string, args: GaleraClusterArgs): void {
    const databases = pulumi.secret(
      pulumi
        .all([
          pulumi.all(this.databases.map((database) => database.password)),
          this.monitor.password,
          this.supervisor.password,
        ])
        .apply(([passwords, monitorPassword, supervisorPassword]) =>
          databasesSql(
            this.databases.map((database, index) => ({ ...database, password: passwords[index]! })),
            { user: this.monitor.user, password: monitorPassword },
            { user: this.supervisor.user, password: supervisorPassword },
            this.#capacity,
            this.#addresses,
          ),
        ),
    );
    const monitor = this.monitor.password.apply((secret) => clientConf({ user: this.monitor.user, password: secret }));
    const key = symmetricKey(`${name}-keepers`, { parent: this });
    const keeper = (host: Host) =>
      pulumi
        .all([this.monitor.password, key])
        .apply(([monitorPassword, secret]) =>
          keeperJson(host, { ...args, clusterName: this.clusterName }, { monitorPassword, key: secret }),
        );
    const introduction = args.adopt
      ? [
          {
            path: "/etc/trivet/galera/introduction.sql",
            content: pulumi.secret(
              this.monitor.password.apply((secret) =>
                introductionSql({ user: this.monitor.user, password: secret }, this.#addresses),
              ),
            ),
            mode: "0600",
          },
        ]
      : [];
    const files = (host: Host): ContainerFile[] => [
      // Those that it adopts are peers as any: asked what they are, and waited for.
      { path: "/etc/trivet/hosts", content: hostsFile([...args.hosts, ...(args.adopt ?? [])]) },
      {
        path: "/etc/trivet/galera/node.cnf",
        content: nodeConf({
          ...args,
          clusterName: this.clusterName,
          nodeName: host.name,
          nodeAddress: host.address,
          addresses: this.#addresses,
        }),
      },
      ...introduction,
      { path: keeperPath, content: pulumi.secret(keeper(host)), mode: "0600" },
      { path: "/etc/trivet/galera/databases.sql", content: databases, mode: "0600" },
      { path: "/etc/trivet/galera/passwords.sql", content: this.#former(), mode: "0600" },
      { path: "/etc/trivet/galera/monitor.cnf", content: monitor, mode: "0600" },
    ];
    const node = (host: Host, place: number): ServiceArgs => ({
      host,
      service: galera.name,
      image: args.image,
      transform: args.transform,
      volumes: { data: "/var/lib/mysql" },
      keepVolumes: true,
      files: files(host),
      settings: {
        folder: "/etc/trivet/galera/running",
        files: {
          "running.cnf": runningConf(whose(name), args),
          capacity: capacityConf(this.#capacity),
          "limits.sql": userLimitsSql(
            this.databases.map(({ user }) => user),
            connectionVariables(whose(name), args).perUser,
          ),
        },
        apply: ["/usr/local/lib/trivet/apply-settings"],
      },
      gated: true,
      cluster: { members: this.#members, place },
      without: args.without,
      patience: joining(args),
    });
    const membership = new Membership(`${name}-membership`, { voters: voters(args) }, { parent: this });
    const whole = new WholeCluster(
      `${name}-whole`,
      {
        nodes: voters(args).slice(0, args.hosts.length),
        without: args.without,
        clusterName: this.clusterName,
        digest: digest([
          args.image,
          ...args.hosts.flatMap((host) => files(host).map(({ content }) => content)),
          ...(args.transform ? args.hosts.map((host, place) => shapeOf(node(host, place))) : []),
        ]),
      },
      { parent: this, dependsOn: membership },
    );
    // Each waits for all before it: one at a time, also when a plain `pulumi up` replaces them.
    const nodes: pulumi.Resource[] = [membership, whole];
    for (const [place, host] of args.hosts.entries()) {
      nodes.push(serviceContainer(node(host, place), { parent: this, dependsOn: [...nodes] }).healthy);
    }
    this.#createOthers(args, nodes);
  }

  /** Members that hold no data, after the nodes. */
  #createOthers(args: GaleraClusterArgs, nodes: pulumi.Resource[]): void {
    for (const [index, other] of onlyVoting(args).entries()) {
      other.create(
        {
          clusterName: this.clusterName,
          addresses: [...args.hosts, ...(args.adopt ?? [])].map(({ address }) => address),
          periods: evsPeriods(this.clusterName, args.profile, args.evs),
          cluster: { members: this.#members, place: args.hosts.length + index },
          without: args.without,
          patience: joining(args),
          transform: args.transform,
        },
        { parent: this, dependsOn: [...nodes] },
      );
    }
  }
}

const joining = ({ joinTimeout }: GaleraClusterArgs) => ({
  seconds: joinTimeout && seconds(joinTimeout),
  raise: "A longer wait: database.joinTimeout in the settings, or joinTimeout of GaleraCluster.",
});

/** All that vote, in the order in which they are made. */
const members = (args: GaleraClusterArgs) =>
  [...args.hosts, ...onlyVoting(args).map(({ host }) => host)].map(({ name, address }) => ({ host: name, address }));

/** The same as containers. */
function voters(args: GaleraClusterArgs) {
  return [
    ...args.hosts.map((host) => member(host, galera.name)),
    ...onlyVoting(args).map(({ host, service }) => member(host, service)),
  ];
}

/** Hash of all texts (some secret); changes when any of them does. */
const digest = (texts: pulumi.Input<string>[]) =>
  pulumi.all(texts).apply((all) => createHash("sha256").update(all.join("\0")).digest("hex"));

const given = (name: string, path: PropertyKey[], secret: pulumi.Input<string> | undefined) =>
  secret === undefined ? undefined : givenPassword(whose(name), path, secret);
