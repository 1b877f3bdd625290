import { passwordProblem } from "../../core/password.ts";
import { ports } from "../galera/facts.ts";
import { apiPort, type Backend, redisPort } from "./facts.ts";
import type { DatabaseAccess } from "./node.ts";

/** Icinga Web's configuration folder, path by text; pure. */

export const configFolder = "/etc/trivet/icingaweb";

export interface WebConfigArgs {
  backend: Backend;
  /** Users, groups and preferences of Icinga Web itself. */
  database: DatabaseAccess<string>;
  /** The database that Icinga writes states and history to. */
  backendDatabase: DatabaseAccess<string>;
  /** Addresses of both masters: Redis and API. */
  masters: { name: string; address: string }[];
  /** Empty with the backend `ido`. */
  redisPassword: string;
  api: { user: string; password: string };
  /** Name of the one administrator. */
  administrator: string;
}

type Section = Record<string, string>;

/**
 * Every value is quoted; a backslash escapes. Icinga Web reads them by PHP's raw scanner and undoes escapes kind by kind, `\n` and
 * `\r` before `\\` (IniParser): see `iniPasswordProblem`.
 */
function ini(sections: Record<string, Section>): string {
  const value = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  return Object.entries(sections)
    .map(
      ([name, keys]) =>
        `[${name}]\n${Object.entries(keys)
          .map(([key, text]) => `${key} = ${value(text)}\n`)
          .join("")}`,
    )
    .join("\n");
}

/** As `passwordProblem`, for a password that goes into Icinga Web's files as well: no escape saves these from its reader. */
export function iniPasswordProblem(text: string): string | undefined {
  if (/\\[nr]/.test(text))
    return 'a text without a backslash before "n" or "r", which Icinga Web reads as a line break';
  if (/^(['"]).*\1\s+$/s.test(text))
    return "a text that does not begin with a quote and end with the same and a space, which Icinga Web takes off";
  return passwordProblem(text);
}

/** All files below /etc/icingaweb2. */
export function webConfig(args: WebConfigArgs): Record<string, string> {
  const { backend } = args;
  return {
    "config.ini": ini({
      global: {
        show_stacktraces: "0",
        show_application_state_messages: "1",
        config_backend: "db",
        config_resource: "icingaweb",
        module_path: "/usr/share/icingaweb2/modules",
      },
      logging: { log: "php", level: "ERROR" },
    }),
    "resources.ini": ini({
      icingaweb: resource(args.database),
      [backend]: resource(args.backendDatabase, backend === "ido" ? idoCharset : undefined),
    }),
    "authentication.ini": ini({ icingaweb: { backend: "db", resource: "icingaweb" } }),
    "groups.ini": ini({ icingaweb: { backend: "db", resource: "icingaweb" } }),
    "roles.ini": ini({ Administrators: { users: args.administrator, permissions: "*" } }),
    ...(backend === "icingadb" ? icingadbModule(args) : monitoringModule(args)),
  };
}

/**
 * Icinga tells the database that what it writes to the IDO is latin1, and writes UTF-8 (mysql_options of IdoMysqlConnection). Who says
 * the same when it reads has the bytes as they were written; any other reader gets each byte as a letter of its own.
 */
const idoCharset = "latin1";

const resource = (database: DatabaseAccess<string>, charset = "utf8mb4"): Section => ({
  type: "db",
  db: "mysql",
  host: database.host,
  port: String(database.port ?? ports.client),
  dbname: database.name,
  username: database.user,
  password: database.password,
  charset,
});

/** Commands go to the first master that takes them. */
const transports = ({ masters, api }: WebConfigArgs): string =>
  ini(
    Object.fromEntries(
      masters.map(({ name, address }) => [
        name,
        { transport: "api", host: address, port: String(apiPort), username: api.user, password: api.password },
      ]),
    ),
  );

function icingadbModule(args: WebConfigArgs): Record<string, string> {
  const stores = args.masters.map(({ address }, index) => [
    `redis${index + 1}`,
    { host: address, port: String(redisPort), password: args.redisPassword },
  ]);
  return {
    "modules/icingadb/config.ini": ini({ icingadb: { resource: "icingadb" } }),
    "modules/icingadb/redis.ini": ini(Object.fromEntries(stores)),
    "modules/icingadb/commandtransports.ini": transports(args),
  };
}

const monitoringModule = (args: WebConfigArgs): Record<string, string> => ({
  "modules/monitoring/config.ini": ini({ security: { protected_customvars: "*pw*,*pass*,community" } }),
  "modules/monitoring/backends.ini": ini({ icinga: { type: "ido", resource: "ido" } }),
  "modules/monitoring/commandtransports.ini": transports(args),
});
