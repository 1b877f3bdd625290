import { ports } from "../../components/galera/facts.ts";
import { listed, type Problem } from "../../core/problem.ts";
import { comparedVariables, type Facts, wantedPrograms } from "./facts.ts";

/** Something that hinders a takeover (`error`), or that clients will find otherwise after it (`warning`). */
export interface Hindrance extends Problem {
  severity: "error" | "warning";
}

/** What Trivet's nodes are, and need. */
export interface Wanted {
  clusterName: string;
  /** MariaDB of the image: `11.8.6`. */
  version: string;
  sstMethod: "mariabackup" | "rsync";
  /** Databases and users that Trivet makes; whose they are is known by the first one. */
  schemas: readonly string[];
  users: readonly { user: string; host: string }[];
  /** Nodes of Trivet's that are members already. */
  joined: number;
  /** They are there from an earlier run, so what has Trivet's names is Trivet's. */
  introduced: boolean;
}

/** Why a cluster can't be taken over as it is, and what will differ. `facts` are those of all its members. Pure. */
export function hindrances(facts: readonly Facts[], wanted: Wanted): Hindrance[] {
  return [
    ...facts.flatMap((one) => [
      ...asMember(one, facts, wanted),
      ...asDonor(one, wanted),
      ...onDisk(one),
      ...asServer(one),
    ]),
    ...ofAll(facts, wanted),
  ];
}

const make =
  (severity: Hindrance["severity"]) =>
  (where: string, given: string, expected: string, mend: string): Hindrance => ({
    severity,
    where,
    given,
    expected,
    mend,
  });
const error = make("error");
const warning = make("warning");
const when = (wrong: boolean, problem: () => Hindrance): Hindrance[] => (wrong ? [problem()] : []);

const whose = ({ member: { name, address } }: Facts) => `${name} (${address})`;
const value = ({ variables }: Facts, name: string) => variables.get(name) ?? "";
const state = ({ status }: Facts, name: string) => status.get(name) ?? "";

function asMember(one: Facts, all: readonly Facts[], { clusterName, joined }: Wanted): Hindrance[] {
  const where = whose(one);
  const size = Number(state(one, "wsrep_cluster_size"));
  const known = all.length + joined;
  const status = state(one, "wsrep_cluster_status");
  const local = state(one, "wsrep_local_state");
  return [
    ...when(value(one, "wsrep_on") !== "ON" || status === "", () =>
      error(
        where,
        "a database without Galera (wsrep_on is off)",
        "a member of the cluster",
        "name the members, all of them",
      ),
    ),
    ...when(value(one, "wsrep_node_name") !== one.member.name, () =>
      error(
        where,
        `the name "${one.member.name}", and it calls itself "${value(one, "wsrep_node_name")}"`,
        "its wsrep_node_name",
        "write that",
      ),
    ),
    ...when(value(one, "wsrep_cluster_name") !== clusterName, () =>
      error(
        where,
        `the cluster "${value(one, "wsrep_cluster_name")}", and database.cluster is "${clusterName}"`,
        "one name: members of another one are refused",
        `set database.cluster to "${value(one, "wsrep_cluster_name")}"`,
      ),
    ),
    ...when(status !== "Primary" || local !== "4", () =>
      error(
        where,
        `a member that is ${status || "none"}, in local state ${local || "-"}`,
        "Primary, and Synced (4)",
        "bring it back first, or leave it out once it is gone",
      ),
    ),
    ...when(size > 0 && size !== known, () =>
      error(
        where,
        `a cluster of ${size}, of which ${known} ${known === 1 ? "is" : "are"} known here`,
        "all members by name, and no arbitrator (garbd) among them",
        "name the others too, and stop garbd",
      ),
    ),
    ...when(state(one, "wsrep_cluster_state_uuid") !== state(all[0]!, "wsrep_cluster_state_uuid"), () =>
      error(
        where,
        "another cluster than the first one's",
        "members of one cluster",
        "name the members of one cluster only",
      ),
    ),
  ];
}

/** MariaDB's documentation: a state transfer between series does not work, so a joiner must be of the same one. */
const series = (version: string) => /^(\d+)\.(\d+)\./.exec(version)?.slice(1).join(".") ?? version;
const patch = (version: string) => Number(/^\d+\.\d+\.(\d+)/.exec(version)?.[1] ?? 0);

function asDonor(one: Facts, { version, sstMethod }: Wanted): Hindrance[] {
  const where = whose(one);
  const theirs = value(one, "version");
  const socketUser = one.users.some(({ user, host, socket }) => user === "mysql" && host === "localhost" && socket);
  const missing = one.programs && wantedPrograms[sstMethod].filter((program) => !one.programs!.includes(program));
  const method = value(one, "wsrep_sst_method");
  return [
    ...when(series(theirs) !== series(version), () =>
      error(
        where,
        `MariaDB ${theirs}, and Trivet's image has ${version}`,
        `the series ${series(version)} on both: data of another one can't be transferred to a new member`,
        series(theirs).localeCompare(series(version), undefined, { numeric: true }) < 0
          ? "upgrade these members first, one at a time, or name an image of their series under images.galera"
          : "name an image of their series under images.galera",
      ),
    ),
    ...when(series(theirs) === series(version) && patch(theirs) > patch(version), () =>
      warning(
        where,
        `MariaDB ${theirs}, newer than the ${version} of Trivet's image`,
        "the same, or an older one",
        "trivet images --rebuild takes the newest",
      ),
    ),
    ...when(!/^(26\.)?4\./.test(state(one, "wsrep_provider_version")), () =>
      error(
        where,
        `the Galera library ${state(one, "wsrep_provider_version") || "(none)"}`,
        "Galera 4, 26.4",
        "upgrade it first",
      ),
    ),
    ...when((missing?.length ?? 0) > 0, () =>
      error(
        where,
        `no ${listed(missing!)}`,
        `what a donor needs for database.sstMethod ${sstMethod}`,
        "install it there, or choose the other method",
      ),
    ),
    ...when(!one.programs && method !== sstMethod, () =>
      warning(
        where,
        `wsrep_sst_method ${method}, and new nodes will ask for ${sstMethod}`,
        `${listed([...wantedPrograms[sstMethod]])} installed there, which can't be seen from here`,
        `see that they are, or set database.sstMethod to ${method === "rsync" ? "rsync" : "the other one"}`,
      ),
    ),
    ...when(sstMethod === "mariabackup" && value(one, "wsrep_sst_auth") === "" && !socketUser, () =>
      error(
        where,
        "no account by which mariadb-backup could read its data",
        "wsrep_sst_auth, or the user mysql@localhost by the socket",
        "SET GLOBAL wsrep_sst_auth = '<user>:<password>' there, or set database.sstMethod to rsync",
      ),
    ),
  ];
}

function onDisk(one: Facts): Hindrance[] {
  const where = whose(one);
  const fixed: [name: string, ours: string][] = [
    ["innodb_page_size", "16384"],
    ["lower_case_table_names", "0"],
    ["innodb_data_file_path", "ibdata1:12M:autoextend"],
    ["port", String(ports.client)],
    ["binlog_format", "ROW"],
  ];
  return [
    ...fixed
      .filter(([name, ours]) => one.variables.has(name) && value(one, name) !== ours)
      .map(([name, ours]) =>
        error(
          where,
          `${name} = ${value(one, name)}`,
          `${ours}, as Trivet's nodes have it`,
          "change it there, or move the data by a dump into an environment of its own",
        ),
      ),
    ...when(one.encryption.length > 0, () =>
      error(
        where,
        `data encrypted by ${listed([...one.encryption])}`,
        "none: Trivet's nodes have no key",
        "decrypt it first",
      ),
    ),
  ];
}

/** Milliseconds; a node asks each peer within 2 s. */
const ENTRY = 1_000;

/** What clients, applications and other servers rely on. */
function asServer(one: Facts): Hindrance[] {
  const where = whose(one);
  const options = providerOptions(value(one, "wsrep_provider_options"));
  const encrypted = ["socket.ssl_cert", "socket.ssl_key", "socket.ssl_ca"].some((name) => options.get(name));
  return [
    ...when(encrypted || options.get("socket.ssl") === "YES", () =>
      error(
        where,
        "replication by TLS (socket.ssl)",
        "none: Trivet's nodes replicate without",
        "take it off, one member at a time",
      ),
    ),
    ...when(!["", String(ports.replication)].includes(options.get("base_port") ?? ""), () =>
      error(
        where,
        `base_port = ${options.get("base_port")}`,
        String(ports.replication),
        "take it off, one member at a time",
      ),
    ),
    ...when(!["", "0"].includes(options.get("gmcast.segment") ?? ""), () =>
      warning(
        where,
        `gmcast.segment = ${options.get("gmcast.segment")}`,
        "Trivet's nodes are all in segment 0",
        "nothing: traffic between sites grows a little",
      ),
    ),
    ...when((one.entry ?? 0) > ENTRY, () =>
      error(
        where,
        `it takes ${((one.entry ?? 0) / 1_000).toFixed(1)} s to let a client in`,
        `${ENTRY / 1_000} s at the most: nodes ask each other, and don't wait for longer`,
        "skip_name_resolve = ON there where users are made by address, or mend the DNS that it asks for names of clients",
      ),
    ),
    ...when(one.replicas > 0, () =>
      warning(
        where,
        `${one.replicas} replicas that read its binary log`,
        "none: Trivet's nodes write no binary log",
        "end them, or feed them otherwise",
      ),
    ),
    ...when(Number(state(one, "slaves_running")) > 0, () =>
      warning(
        where,
        "a replica of another server",
        "none: it ends when this member leaves",
        "decide what becomes of it",
      ),
    ),
  ];
}

/** `name = value; …`, as the variable shows them. */
const providerOptions = (text: string): Map<string, string> =>
  new Map(
    text.split(";").flatMap((option) => {
      const [name, ...rest] = option.split("=");
      return rest.length > 0 ? [[name!.trim(), rest.join("=").trim()] as [string, string]] : [];
    }),
  );

/** What all of them share, as the first one tells it. */
function ofAll(facts: readonly Facts[], { schemas, users, introduced }: Wanted): Hindrance[] {
  const [one] = facts;
  if (!one) return [];
  const where = "the cluster";
  const root = one.users.find(({ user, host }) => user === "root" && host === "localhost");
  const agent = one.users.find(({ user, host }) => user === "mysql" && host === "localhost");
  const lacking = ["SUPER", "CREATE USER", "RELOAD"].filter((right) => !one.rootMay.includes(right));
  const takenSchemas = introduced ? [] : schemas.filter((name) => one.schemas.includes(name));
  const takenUsers = introduced
    ? []
    : users.filter(({ user, host }) => one.users.some((other) => other.user === user && other.host === host));
  return [
    ...when(!root?.socket || lacking.length > 0, () =>
      error(
        where,
        root?.socket ? `root@localhost without ${listed(lacking)}` : "no root@localhost that is let in by the socket",
        "what Debian's package makes: each node works on its own database as that user",
        "ALTER USER root@localhost IDENTIFIED VIA unix_socket OR mysql_native_password USING '<its hash>', so that its password stays; GRANT ALL ON *.* TO root@localhost WITH GRANT OPTION",
      ),
    ),
    ...when(agent !== undefined && !agent.socket, () =>
      error(
        where,
        "a user mysql@localhost who is not let in by the socket",
        "the one that Debian's package makes, by which nodes give their data to others",
        "add unix_socket to how it logs in",
      ),
    ),
    ...takenSchemas.map((name) =>
      error(
        where,
        `a database "${name}", which Trivet makes for itself`,
        "that its name is free: nothing of it is taken over",
        movedDatabase(name, free(name, one.schemas)),
      ),
    ),
    ...takenUsers.map(({ user, host }) =>
      error(
        where,
        `a user '${user}'@'${host}', which Trivet makes for itself`,
        "that its name is free: nothing of it is taken over",
        renamedUser(
          { user, host },
          free(
            user,
            one.users.map((other) => other.user),
          ),
        ),
      ),
    ),
    ...when(one.unreplicated.length > 0 && !/REPLICATE_(MYISAM|ARIA)/.test(value(one, "wsrep_mode")), () =>
      error(
        where,
        `tables that Galera does not replicate: ${listed([...one.unreplicated])}`,
        "InnoDB: what is written to others after a node has taken its data is lost with the old members",
        "ALTER TABLE … ENGINE = InnoDB",
      ),
    ),
    ...when(one.events > 0 && value(one, "event_scheduler") === "ON", () =>
      warning(
        where,
        `${one.events} events, run by event_scheduler`,
        "none: Trivet's nodes run no events",
        "run them by a timer of your own, as a client",
      ),
    ),
    ...one.users
      .filter(({ plugin }) => !["", "mysql_native_password", "unix_socket"].includes(plugin))
      .map(({ user, host, plugin }) =>
        warning(
          where,
          `'${user}'@'${host}' logs in by ${plugin}`,
          "a plugin that Trivet's nodes load",
          "see that it is in the table mysql.plugin (INSTALL SONAME), which comes along",
        ),
      ),
  ];
}

/** A name for what is to make room. */
function free(name: string, taken: readonly string[]): string {
  const former = `${name}_former`;
  return taken.includes(former) ? free(former, taken) : former;
}

/** RENAME TABLE would leave views, and refuse tables with triggers. */
const movedDatabase = (name: string, former: string): string =>
  `where nobody uses it: DROP DATABASE ${name}. Else stop what writes to it, and on one member as root: ` +
  `mariadb-dump --routines --triggers --events ${name} > ${name}.sql && mariadb -e "CREATE DATABASE ${former}" && mariadb ${former} < ${name}.sql && mariadb -e "DROP DATABASE ${name}"; ` +
  `then write ${former} into the configuration of its clients, and give their users the rights on it that they had (SHOW GRANTS)`;

const renamedUser = ({ user, host }: { user: string; host: string }, former: string): string =>
  `where nobody is it: DROP USER '${user}'@'${host}'. Else RENAME USER '${user}'@'${host}' TO '${former}'@'${host}', which keeps password and rights, and write ${former} into the configuration of its clients: connections that are open go on, new ones come by that name`;

/** Settings that a client may notice, between a member and one of Trivet's nodes. */
export function differences(theirs: ReadonlyMap<string, string>, ours: ReadonlyMap<string, string>): string[] {
  return comparedVariables
    .filter((name) => theirs.has(name) && ours.has(name) && theirs.get(name) !== ours.get(name))
    .map((name) => `${name}: ${theirs.get(name)} there, ${ours.get(name)} on Trivet's nodes`);
}
