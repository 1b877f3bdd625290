import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { Duration } from "../../core/duration.ts";
import { type Host, hostSchema, hostsSchema } from "../../core/host.ts";
import type { Retention, ServiceRecord } from "../../core/inventory.ts";
import { lineSchema } from "../../core/names.ts";
import { type ArgumentRule, input, secretInput, unique } from "../../core/schema.ts";
import { check } from "../check.ts";
import { ConfigFiles } from "../files/index.ts";
import { CertificateAuthority } from "../keys/certificates.ts";
import { password } from "../keys/random.ts";
import { givenAccess, givenPassword } from "../secret.ts";
import { type Service, serviceContainer, serviceRecord } from "../service.ts";
import { type Transform, transformSchema } from "../transform.ts";
import { type Cluster, checker, nodeContainer, resolvFile } from "./cluster.ts";
import { type CheckCredential, clientCnf, dumpsFolder } from "./credentials.ts";
import { type Backend, backends, icingaDb, icingaMaster, redis, storesOf } from "./facts.ts";
import { configFolder as icingadbFolder, icingadbYml, redisConf } from "./icingadb.ts";
import { apiUserConf, configFolder, type DatabaseAccess, icingadbConf, idoConf, notificationConf } from "./node.ts";
import { loggingIn, zonesD } from "./objects.ts";
import { type Recipient, recipientSchema, recipientsFolder, recipientsJson } from "./recipients.ts";
import * as checks from "./settings.ts";
import { icingaTopology } from "./topology.ts";
import { type WatchedHost, watchedHostSchema } from "./watched.ts";
import { iniPasswordProblem } from "./webconfig.ts";

export interface IcingaMastersArgs {
  /** Two hosts in different failure domains. The first is the config master: configuration comes from there. */
  hosts: Host[];
  /**
   * Hosts that `IcingaSatellite` will run on; their zones are named after their domains.
   * @default none: the masters do all checks
   * @example [satelliteHost]
   */
  satellites?: Host[];
  /**
   * Hosts that `IcingaAgent` will run on.
   * @default none
   * @example [agentHost]
   */
  agents?: Host[];
  /** Image of Icinga 2. */
  image: pulumi.Input<string>;
  /**
   * Image of Icinga DB and Redis; needed for the backend `icingadb`.
   * @default none: the backend `icingadb` is refused without it
   * @example imageTag("icingadb")
   */
  icingadbImage?: pulumi.Input<string>;
  /**
   * Where states and history go: `icingadb`, or its predecessor `ido`.
   * @default "icingadb"
   * @example "ido"
   */
  backend?: Backend;
  /**
   * Database of the backend. The first host imports the schema into it, and applies its upgrades. Both backends may have the same
   * one: no table of one has the name of a table of the other.
   */
  database: DatabaseAccess<pulumi.Input<string>>;
  /**
   * How long history is kept.
   * @default for ever
   * @example { history: "400d", sla: "800d" }
   */
  retention?: Retention;
  /**
   * DNS servers that know the database's name.
   * @default the host's own resolution
   * @example dns.servers
   */
  dnsServers?: string[];
  /** Hosts to watch, and their checks. A change is a reload on the config master, no restart. */
  watched: WatchedHost[];
  /**
   * Time between two checks. A check's own `interval` goes before.
   * @default "30s"
   * @example "10s"
   */
  checkInterval?: Duration;
  /**
   * Who is told of problems and recoveries. A change restarts nothing.
   * @default nobody
   * @example [{ name: "pager", url: "https://pager.example/hook" }]
   */
  recipients?: Recipient[];
  /**
   * Password of the API user that may give commands.
   * @default generated, and kept as a secret of the stack
   * @example config.requireSecret("apiPassword")
   */
  apiPassword?: pulumi.Input<string>;
  /**
   * Users that `mysql` checks log in as, by the name that the check gives.
   * @default none
   * @example { monitor: database.monitor }
   */
  credentials?: Record<string, CheckCredential<pulumi.Input<string>>>;
  /**
   * Changes what the component has no argument for: limits, further mounts, another log driver.
   * @default nothing is changed
   * @example { container: (args) => { args.memory = 2048; } }
   */
  transform?: Transform;
}

const schema = z.strictObject({
  hosts: hostsSchema,
  satellites: z.array(hostSchema).optional(),
  agents: z.array(hostSchema).optional(),
  image: input(lineSchema),
  icingadbImage: input(lineSchema).optional(),
  backend: z.enum(backends).optional(),
  database: checks.databaseAccess,
  retention: checks.retentionSchema.optional(),
  dnsServers: checks.dnsServers.optional(),
  watched: unique(z.array(watchedHostSchema), ({ name }) => name),
  checkInterval: checks.checkInterval.optional(),
  recipients: unique(z.array(recipientSchema), ({ name }) => name).optional(),
  apiPassword: secretInput.optional(),
  credentials: checks.credentials.optional(),
  transform: transformSchema.optional(),
} satisfies Record<keyof IcingaMastersArgs, z.ZodType>);

const imageOfBackend: ArgumentRule<IcingaMastersArgs> = {
  reads: ["backend", "icingadbImage"],
  problems: ({ backend = "icingadb", icingadbImage }) => {
    if (backend === "ido" || icingadbImage !== undefined) return [];
    const given = 'nothing with the backend "icingadb"';
    return [{ path: ["icingadbImage"], given, expected: "the image of its daemon and Redis", mend: "add it" }];
  },
};

/** Folder of the hosts and services on the config master, from which the config sync carries them on. */
const objectsFolder = "/etc/icinga2/zones.d";

/** Two Icinga masters in one high-availability zone, with the backend that keeps states and history. */
export class IcingaMasters extends pulumi.ComponentResource {
  readonly services: ServiceRecord[];
  readonly backend: Backend;
  /** The masters, by which others reach API and Redis. */
  readonly hosts: Host[];
  /** User of the masters' API who may give commands: Icinga Web's, and nobody else's. */
  readonly api: { user: string; password: pulumi.Output<string> };
  /** User of the masters' API who may ask what it knows, and change nothing. */
  readonly asker: { user: string; password: pulumi.Output<string> };
  /** Password of both Redis; undefined with the backend `ido`. */
  readonly redisPassword?: pulumi.Output<string>;
  /** Shared with the satellites and agents of these masters: names, certificates, passwords. */
  readonly cluster: Cluster;

  /** @throws {UserError} on the first argument that is wrong, by its path, and for hosts that Icinga could not lay out in zones */
  constructor(name: string, given: IcingaMastersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:icinga:IcingaMasters", name, {}, opts);
    const whose = `IcingaMasters "${name}"`;
    check(whose, schema, given, [imageOfBackend]);
    const args = withPasswords(whose, given);
    const { hosts, backend = "icingadb", credentials = {}, dnsServers } = args;
    const topology = icingaTopology({ masters: hosts, satellites: args.satellites ?? [], agents: args.agents ?? [] });
    const objects = zonesD({
      topology,
      watched: args.watched,
      checkInterval: args.checkInterval ?? "30s",
      credentials: Object.keys(credentials),
      recipients: args.recipients,
    });

    const child = { parent: this };
    const authority = new CertificateAuthority(`${name}-ca`, { commonName: "Icinga CA" }, child);
    this.cluster = { name, topology, authority, credentials, loggingIn: loggingIn(args.watched), dnsServers };
    this.backend = backend;
    this.hosts = hosts;
    const apiPassword =
      args.apiPassword === undefined
        ? password(`${name}-api`, child)
        : givenPassword(whose, ["apiPassword"], args.apiPassword, iniPasswordProblem);
    this.api = { user: "trivet", password: apiPassword };
    this.asker = { user: "trivet-asks", password: password(`${name}-asker`, child) };
    if (backend === "icingadb") this.redisPassword = password(`${name}-redis`, child);
    const { masters, stores } = this.createMasters(args);
    const [configMaster] = masters;
    if (backend === "icingadb")
      this.createDaemons(
        args,
        [...stores, ...masters].map(({ healthy }) => healthy),
      );
    const recipients = this.deliverRecipients(name, args, masters);
    this.deliverObjects(name, objects, configMaster!, recipients);

    const services = [icingaMaster.name, ...storesOf[backend]];
    this.services = hosts.flatMap((host) => services.map((service) => serviceRecord(host, service)));
    this.registerOutputs({ services: this.services });
  }

  /** The masters and their Redis, host by host: the second is touched when all of the first is whole again. */
  private createMasters(args: IcingaMastersArgs): { masters: Service[]; stores: Service[] } {
    const masters: Service[] = [];
    const stores: Service[] = [];
    for (const [index, host] of args.hosts.entries()) {
      const dependsOn = [...masters.slice(-1), ...stores.slice(-1)].map(({ healthy }) => healthy);
      if (this.redisPassword) stores.push(this.createStore(args, host, dependsOn));
      const isConfigMaster = index === 0;
      const { feature, files } = this.backendOfMaster(args, isConfigMaster);
      const users = pulumi
        .all([this.api.password, this.asker.password])
        .apply(([commands, questions]) =>
          [
            apiUserConf({ name: this.api.user, password: commands }, "commands"),
            apiUserConf({ name: this.asker.user, password: questions }, "questions"),
          ].join(""),
        );
      masters.push(
        nodeContainer(
          {
            cluster: this.cluster,
            host,
            service: icingaMaster.name,
            image: args.image,
            transform: args.transform,
            features: { ...checker, notification: notificationConf(), "api-user": users, ...feature },
            files,
            // On a volume, so that a new container of the config master has its objects from the start.
            volumes: isConfigMaster ? { zones: objectsFolder } : {},
          },
          { parent: this, dependsOn },
        ),
      );
    }
    return { masters, stores };
  }

  /** The feature that writes states and history, and the files it takes. */
  private backendOfMaster(args: IcingaMastersArgs, imports: boolean) {
    if (this.redisPassword) return { feature: { icingadb: this.redisPassword.apply(icingadbConf) } };
    const feature = {
      "ido-mysql": pulumi.secret(pulumi.output(args.database).apply((database) => idoConf(database, args.retention))),
    };
    return { feature, files: databaseFiles(configFolder, args.database, imports) };
  }

  /** Either master may be the one that tells: each has its own file, and takes another one as it runs. */
  private deliverRecipients(name: string, args: IcingaMastersArgs, masters: Service[]): pulumi.Resource[] {
    const text = pulumi.secret(recipientsJson(args.recipients ?? [], args.checkInterval ?? "30s"));
    return args.hosts.map((host, index) => {
      const { endpoint, container } = serviceRecord(host, icingaMaster.name);
      const { container: running, healthy } = masters[index]!;
      return new ConfigFiles(
        `${name}-recipients-${host.name}`,
        {
          endpoint,
          container,
          containerId: running.id,
          folder: recipientsFolder,
          files: { "recipients.json": text },
          apply: ["apply-recipients"],
        },
        { parent: this, dependsOn: healthy, additionalSecretOutputs: ["files"] },
      );
    });
  }

  private deliverObjects(
    name: string,
    files: Record<string, string>,
    configMaster: Service,
    recipients: pulumi.Resource[],
  ): void {
    const { endpoint, container } = serviceRecord(this.hosts[0]!, icingaMaster.name);
    const containerId = configMaster.container.id;
    new ConfigFiles(
      `${name}-objects`,
      { endpoint, container, containerId, folder: objectsFolder, files, apply: ["apply-config"] },
      // A daemon that is still starting can neither check files nor be told of them. Whom an object names is known by then.
      { parent: this, dependsOn: [configMaster.healthy, ...recipients] },
    );
  }

  /** Both Redis and daemon have it: the daemon's health is read in Redis. */
  private redisFile() {
    return { path: `${icingadbFolder}/redis.conf`, content: this.redisPassword!.apply(redisConf), mode: "0600" };
  }

  private createStore(
    { icingadbImage, transform }: IcingaMastersArgs,
    host: Host,
    dependsOn: pulumi.Resource[],
  ): Service {
    return serviceContainer(
      {
        host,
        service: redis.name,
        image: icingadbImage!,
        transform,
        command: ["redis"],
        files: [this.redisFile()],
        volumes: { data: "/var/lib/redis" },
        gated: true,
      },
      { parent: this, dependsOn },
    );
  }

  /** Icinga DB's daemon beside each master, of which one at a time writes: they settle that in the database. */
  private createDaemons(args: IcingaMastersArgs, after: pulumi.Resource[]) {
    const { hosts, icingadbImage, database, dnsServers, retention, transform } = args;
    const daemons: pulumi.Resource[] = [];
    for (const [index, host] of hosts.entries()) {
      const config = pulumi
        .all([database, this.redisPassword!])
        .apply(([access, redis]) => icingadbYml(access, redis, retention));
      const { healthy } = serviceContainer(
        {
          host,
          service: icingaDb.name,
          image: icingadbImage!,
          transform,
          command: ["icingadb"],
          files: [
            { path: `${icingadbFolder}/config.yml`, content: pulumi.secret(config), mode: "0600" },
            this.redisFile(),
            { path: `${icingadbFolder}/node`, content: `${host.name}\n` },
            ...databaseFiles(icingadbFolder, database, index === 0),
            ...resolvFile(dnsServers),
          ],
          // Dumps of the schema, made before each upgrade.
          volumes: index === 0 ? { dumps: dumpsFolder } : {},
          gated: true,
        },
        { parent: this, dependsOn: [...after, ...daemons.slice(-1)] },
      );
      daemons.push(healthy);
    }
  }
}

const withPasswords = (whose: string, { credentials = {}, ...args }: IcingaMastersArgs): IcingaMastersArgs => ({
  ...args,
  database: givenAccess(whose, "database", args.database),
  credentials: Object.fromEntries(
    Object.entries(credentials).map(([name, credential]) => [
      name,
      { ...credential, password: givenPassword(whose, ["credentials", name, "password"], credential.password) },
    ]),
  ),
});

/** How the entrypoint reaches the database, and whether it imports the schema and its upgrades. */
function databaseFiles(folder: string, database: DatabaseAccess<pulumi.Input<string>>, imports: boolean) {
  const content = pulumi.secret(pulumi.output(database).apply(clientCnf));
  const files = [{ path: `${folder}/database.cnf`, content, mode: "0600" }];
  return imports ? [...files, { path: `${folder}/import-schema`, content: "This host imports the schema.\n" }] : files;
}
