import type { Member, Way } from "./ask.ts";

/** What one member says of itself and of the cluster. */
export interface Facts {
  member: Member;
  variables: ReadonlyMap<string, string>;
  status: ReadonlyMap<string, string>;
  schemas: readonly string[];
  users: readonly User[];
  /** Privileges of root@localhost. */
  rootMay: readonly string[];
  /** Tables that Galera does not replicate: `shop.visits (MyISAM)`; twenty at the most. */
  unreplicated: readonly string[];
  /** Events that are enabled. */
  events: number;
  /** Replicas elsewhere that read its binary log. */
  replicas: number;
  /** Plugins that encrypt what is on disk. */
  encryption: readonly string[];
  /** Milliseconds that it takes to be let in, at the quickest; where that is known. */
  entry?: number;
  /** Of `wantedPrograms`; undefined where nobody can tell. */
  programs?: readonly string[];
}

export interface User {
  user: string;
  host: string;
  plugin: string;
  /** Whether who is that user on the machine is let in by the socket. */
  socket: boolean;
}

/** By which a donor sends its data, by method. */
export const wantedPrograms = { mariabackup: ["mariadb-backup", "socat"], rsync: ["rsync"] } as const;

/** Of these two nodes must not differ, or it is worth a word when they do. */
export const comparedVariables = [
  "character_set_server",
  "collation_server",
  "event_scheduler",
  "innodb_buffer_pool_size",
  "innodb_lock_wait_timeout",
  "innodb_strict_mode",
  "log_bin",
  "max_allowed_packet",
  "max_connections",
  "sql_mode",
  "time_zone",
  "transaction_isolation",
  "wait_timeout",
  "wsrep_max_ws_rows",
  "wsrep_max_ws_size",
  "wsrep_osu_method",
  "wsrep_sync_wait",
] as const;

const variables = [
  ...comparedVariables,
  "binlog_format",
  "innodb_data_file_path",
  "innodb_page_size",
  "lower_case_table_names",
  "port",
  "version",
  "wsrep_cluster_name",
  "wsrep_mode",
  "wsrep_node_name",
  "wsrep_on",
  "wsrep_provider_options",
  "wsrep_sst_auth",
  "wsrep_sst_method",
];

const states = [
  "wsrep_cluster_size",
  "wsrep_cluster_state_uuid",
  "wsrep_cluster_status",
  "wsrep_local_state",
  "wsrep_provider_version",
  "slaves_running",
];

const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(", ");

/** Changes nothing. A row each, by its first column. */
const questions = `
SELECT 'variable', LOWER(variable_name), variable_value FROM information_schema.global_variables WHERE variable_name IN (${list(variables)});
SELECT 'status', LOWER(variable_name), variable_value FROM information_schema.global_status WHERE variable_name IN (${list(states)});
SELECT 'schema', schema_name FROM information_schema.schemata;
SELECT 'user', user, host, IFNULL(JSON_VALUE(priv, '$.plugin'), ''), priv LIKE '%unix_socket%' FROM mysql.global_priv;
SELECT 'root', privilege_type FROM information_schema.user_privileges WHERE grantee = '\\'root\\'@\\'localhost\\'';
SELECT 'table', CONCAT(table_schema, '.', table_name, ' (', engine, ')') FROM information_schema.tables
  WHERE table_type = 'BASE TABLE' AND engine <> 'InnoDB' AND table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
  ORDER BY 2 LIMIT 20;
SELECT 'events', COUNT(*) FROM information_schema.events WHERE status = 'ENABLED';
SELECT 'replicas', COUNT(*) FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%';
SELECT 'encryption', plugin_name FROM information_schema.plugins WHERE plugin_type = 'ENCRYPTION' AND plugin_status = 'ACTIVE';
`;

/** Asks one member; changes nothing. */
export async function look(member: Member, way: Way): Promise<Facts> {
  const rows = await way.ask(questions);
  const programs = await way.programs(Object.values(wantedPrograms).flat());
  return { ...factsOf(member, rows, programs), entry: way.quickest };
}

export function factsOf(member: Member, rows: readonly string[][], programs?: readonly string[]): Facts {
  const of = (what: string) => rows.filter(([first]) => first === what).map(([, ...rest]) => rest);
  const texts = (what: string) => of(what).map(([text]) => text!);
  const pairs = (what: string) => new Map(of(what).map(([name, value = ""]) => [name!, value]));
  return {
    member,
    variables: pairs("variable"),
    status: pairs("status"),
    schemas: texts("schema"),
    users: of("user").map(([user, host, plugin, socket]) => ({
      user: user!,
      host: host!,
      plugin: plugin!,
      socket: socket === "1",
    })),
    rootMay: texts("root"),
    unreplicated: texts("table"),
    events: Number(texts("events")[0] ?? 0),
    replicas: Number(texts("replicas")[0] ?? 0),
    encryption: texts("encryption"),
    programs,
  };
}
