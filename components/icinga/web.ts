import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type Host, hostsSchema } from "../../core/host.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { lineSchema } from "../../core/names.ts";
import { type ArgumentRule, input, secretInput } from "../../core/schema.ts";
import { check } from "../check.ts";
import { password } from "../keys/random.ts";
import { givenAccess, givenPassword } from "../secret.ts";
import { serviceContainer, serviceRecord } from "../service.ts";
import { type Transform, transformSchema } from "../transform.ts";
import { resolvFile } from "./cluster.ts";
import { clientCnf, dumpsFolder } from "./credentials.ts";
import { icingaWeb } from "./facts.ts";
import { IcingaMasters } from "./masters.ts";
import type { DatabaseAccess } from "./node.ts";
import { databaseAccess, dnsServers, loginSchema } from "./settings.ts";
import { configFolder, iniPasswordProblem, webConfig } from "./webconfig.ts";

export interface IcingaWebArgs {
  /** One host or more, each in another failure domain. The first imports the schema and makes the administrator. */
  hosts: Host[];
  /** Image of Icinga Web. */
  image: pulumi.Input<string>;
  /** The masters whose states it shows and whose API it sends commands to. */
  masters: IcingaMasters;
  /** Database of Icinga Web itself: users and preferences. */
  database: DatabaseAccess<pulumi.Input<string>>;
  /** Database that the masters' backend writes. */
  backendDatabase: DatabaseAccess<pulumi.Input<string>>;
  /**
   * DNS servers that know the databases' name.
   * @default the host's own resolution
   * @example dns.servers
   */
  dnsServers?: string[];
  /**
   * Name of the administrator.
   * @default "admin"
   * @example "jane.doe"
   */
  administrator?: string;
  /**
   * Of the administrator, who has it anew whenever the first host starts.
   * @default generated, and kept as a secret of the stack
   * @example config.requireSecret("webPassword")
   */
  administratorPassword?: pulumi.Input<string>;
  /**
   * Changes what the component has no argument for: limits, further mounts, another log driver.
   * @default nothing is changed
   * @example { container: (args) => { args.memory = 2048; } }
   */
  transform?: Transform;
}

/** Icinga Web on each host, all with the same databases, so that any of them shows the same. */
export class IcingaWeb extends pulumi.ComponentResource {
  readonly services: ServiceRecord[];
  /** The administrator. */
  readonly login: { user: string; password: pulumi.Output<string> };

  /** @throws {UserError} on the first argument that is wrong, by its path */
  constructor(name: string, given: IcingaWebArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trivet:icinga:IcingaWeb", name, {}, opts);
    const whose = `IcingaWeb "${name}"`;
    check(whose, schema, given, [apart]);
    const args = {
      ...given,
      database: givenAccess(whose, "database", given.database, iniPasswordProblem),
      backendDatabase: givenAccess(whose, "backendDatabase", given.backendDatabase, iniPasswordProblem),
    };
    const { hosts, image, database, administrator = "admin" } = args;
    const secret =
      args.administratorPassword === undefined
        ? password(`${name}-login`, { parent: this })
        : givenPassword(whose, ["administratorPassword"], args.administratorPassword);
    this.login = { user: administrator, password: secret };

    const config = this.configFiles(args, administrator);
    const client = {
      path: `${configFolder}/database.cnf`,
      content: pulumi.secret(pulumi.output(database).apply(clientCnf)),
    };
    const first = [
      {
        path: `${configFolder}/administrator`,
        content: pulumi.interpolate`${administrator}\n${secret}\n`,
        mode: "0600",
      },
    ];
    const containers: pulumi.Resource[] = [];
    for (const [index, host] of hosts.entries()) {
      const files = [
        ...config,
        { ...client, mode: "0600" },
        ...(index === 0 ? first : []),
        ...resolvFile(args.dnsServers),
      ];
      containers.push(
        serviceContainer(
          {
            host,
            service: icingaWeb.name,
            image,
            transform: args.transform,
            files,
            volumes: index === 0 ? { dumps: dumpsFolder } : {},
            gated: true,
          },
          { parent: this, dependsOn: containers.slice(-1) },
        ).healthy,
      );
    }
    this.services = hosts.map((host) => serviceRecord(host, icingaWeb.name));
    this.registerOutputs({ services: this.services });
  }

  /** Which files there are is known beforehand; their text when the passwords are. */
  private configFiles({ masters, database, backendDatabase }: IcingaWebArgs, administrator: string) {
    const { backend, api } = masters;
    const plain = {
      backend,
      administrator,
      masters: masters.hosts.map(({ name, address }) => ({ name, address })),
    };
    const texts = pulumi.secret(
      pulumi
        .all([database, backendDatabase, masters.redisPassword ?? "", api.password])
        .apply(([own, states, redisPassword, apiPassword]) =>
          webConfig({
            ...plain,
            database: own,
            backendDatabase: states,
            redisPassword,
            api: { user: api.user, password: apiPassword },
          }),
        ),
    );
    const empty = { host: "", name: "", user: "", password: "" };
    const paths = Object.keys(
      webConfig({
        ...plain,
        database: empty,
        backendDatabase: empty,
        redisPassword: "",
        api: { user: "", password: "" },
      }),
    );
    return paths.map((path) => ({
      path: `${configFolder}/config/${path}`,
      content: texts.apply((all) => all[path]!),
      mode: "0600",
    }));
  }
}

const schema = z.strictObject({
  hosts: hostsSchema,
  image: input(lineSchema),
  masters: z.instanceof(IcingaMasters, { error: "expected an IcingaMasters" }),
  database: databaseAccess,
  backendDatabase: databaseAccess,
  dnsServers: dnsServers.optional(),
  administrator: loginSchema.optional(),
  administratorPassword: secretInput.optional(),
  transform: transformSchema.optional(),
} satisfies Record<keyof IcingaWebArgs, z.ZodType>);

/** Two hosts of one domain go down together. */
const apart: ArgumentRule<IcingaWebArgs> = {
  reads: ["hosts"],
  problems: ({ hosts }) =>
    hosts.flatMap(({ name, domain }, index) => {
      const other = hosts.slice(0, index).find((host) => host.domain === domain);
      if (!other) return [];
      const given = `"${name}" in failure domain "${domain}", where ${other.name} is`;
      return [{ path: ["hosts", index], given, expected: "each in another domain", mend: "move one of the two" }];
    }),
};
