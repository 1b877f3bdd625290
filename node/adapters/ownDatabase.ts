import { readFile } from "node:fs/promises";
import { readClients, readReplication } from "../foreign/ownDatabase.ts";
import type { Log, OwnDatabase } from "../ports.ts";
import { localState, type Millis } from "../types.ts";
import {
  errors,
  inSession,
  type Login,
  type Refused,
  refusalText,
  type Session,
  sessionOf,
  statementsIn,
  statusColumns,
} from "./session.ts";
import { applySettings } from "./settings.ts";

export interface OwnDatabaseConfig {
  /** As its root: by its socket. */
  login: Login;
  /** Users that are no clients, beside root and MariaDB's own: the monitor and the supervisor. */
  ours: readonly string[];
  /** The file of statements that make its databases and users, and that of the settings which it takes while it runs. */
  statements: string;
  settings: string;
}

/** What the keeper knows of its database that the database does not tell. */
export interface OwnWord {
  /** It is read-only for want of room, by the keeper's word. */
  full: boolean;
  /** Its databases and users are made. Until then with the reason, where it is known. */
  users: "made" | { failed?: string };
}

export interface KeptDatabase extends OwnDatabase {
  /** Before each start. */
  begins(how: { readOnly: boolean }): void;
  word(): OwnWord;
  close(): void;
}

/** Milliseconds for each question. Read-only waits for the transactions that are under way, and a commit may wait for room. */
const limits = { answer: 2_000, look: 5_000, clients: 5_000, set: 10_000, make: 60_000 } as const satisfies Record<
  string,
  Millis
>;

const LOOK = `SELECT
  ${statusColumns([
    "wsrep_cluster_status",
    "wsrep_cluster_state_uuid",
    "wsrep_last_committed",
    "wsrep_local_state",
    "wsrep_cluster_size",
    "wsrep_ready",
  ])},
  (SELECT COUNT(*) = SUM(state IN ('Waiting for certification', 'wsrep applier committed')) FROM information_schema.processlist
    WHERE user = 'system user' AND state <> 'wsrep aborter idle') AS idle
  FROM information_schema.global_status WHERE variable_name LIKE 'wsrep%'`;

const SYNCED = `SELECT variable_value AS state FROM information_schema.global_status WHERE variable_name = 'wsrep_local_state'`;

/** Not: ourselves, replication, and what serves nobody. */
const clientsSql = (ours: readonly string[]) => `
  SELECT p.id, IF(p.command = 'Sleep' AND t.trx_id IS NULL, 'idle', 'busy') AS doing
  FROM information_schema.processlist p LEFT JOIN information_schema.innodb_trx t ON t.trx_mysql_thread_id = p.id
  WHERE p.user NOT IN (${["root", "mysql", "system user", "event_scheduler", ...ours].map((user) => `'${user}'`).join(", ")})
    AND p.command NOT IN ('Daemon', 'Killed')`;

/** The database that a keeper starts, by its socket. Questions share a connection, which is kept. */
export function ownDatabaseOf({ login, ours, statements, settings }: OwnDatabaseConfig, log: Log): KeptDatabase {
  const kept = sessionOf(login);
  const CLIENTS = clientsSql(ours);
  let word: OwnWord = { full: false, users: {} };
  // What is set may wait for what is under way, and nobody who asks waits for that. Its connection is there before it is needed: where a full
  // disk holds up all writes, clients take all places.
  const setter = sessionOf(login);
  const set = async (sql: string) => {
    const answer = await setter.ask(sql, limits.set);
    if ("refused" in answer) log.say(`${sql}: ${refusalText(answer)}`);
    return "rows" in answer;
  };

  async function makeUsers(): ReturnType<OwnDatabase["makeUsers"]> {
    const state = await kept.ask(SYNCED, limits.answer);
    if (!("rows" in state) || state.rows[0]?.state !== String(localState.synced)) return "early";
    const failed = await inSession(login, (session) => make(session, statements));
    if (failed !== undefined) {
      const said = typeof word.users === "object" ? word.users.failed : undefined;
      if (said !== failed) log.say(`databases and users can't be made, tried every 2 s: ${failed}`);
      word = { ...word, users: { failed } };
      return { failed };
    }
    const applied = await applySettings(login, settings, log);
    if (!applied.ok) log.say(`not all settings were taken; the next up says why: ${applied.said.join("; ")}`);
    word = { ...word, users: "made" };
    await setter.ask("SELECT 1", limits.answer);
    return "done";
  }

  return {
    async answers() {
      const answer = await kept.ask("SELECT 1", limits.answer);
      return "rows" in answer || answer.errno === errors.tooManyConnections;
    },
    async look() {
      const answer = await kept.ask(LOOK, limits.look);
      return "rows" in answer ? readReplication(answer.rows[0]) : undefined;
    },
    promote: () => set("SET GLOBAL wsrep_provider_pc_bootstrap = ON"),
    async setReadOnly(on) {
      const done = await set(`SET GLOBAL read_only = ${on ? "ON" : "OFF"}`);
      if (done) word = { ...word, full: on };
      return done;
    },
    async clients() {
      const answer = await kept.ask(CLIENTS, limits.clients);
      return "rows" in answer ? readClients(answer.rows) : undefined;
    },
    async endClients(ids) {
      const answers = await Promise.all(ids.map((id) => kept.ask(`KILL CONNECTION ${id}`, limits.clients)));
      return answers.every((answer) => "rows" in answer || answer.errno === errors.noSuchConnection);
    },
    makeUsers,
    begins: ({ readOnly }) => {
      word = { full: readOnly, users: {} };
    },
    word: () => word,
    close() {
      kept.close();
      setter.close();
    },
  };
}

/** Why its databases and users can't be made. */
async function make(session: Session, path: string): Promise<string | undefined> {
  let file: string;
  try {
    file = await readFile(path, "utf8");
  } catch (error) {
    return `${path} can't be read: ${(error as NodeJS.ErrnoException).code}`;
  }
  const secrets = secretsIn(file);
  for (const { sql, line } of statementsIn(file)) {
    const answer = await session.ask(sql, limits.make);
    if ("refused" in answer) return withoutSecrets(answer, line, secrets);
  }
  return undefined;
}

/** Passwords as the file has them and as they are; what is nested in another text is quoted twice. */
function secretsIn(file: string): string[] {
  const quoted = [...file.matchAll(/(?:IDENTIFIED BY |PASSWORD\()'((?:[^'\\]|\\.|'')*)'/gs)].map(([, each]) => each!);
  return [...new Set(quoted.flatMap((each) => [each, each.replaceAll(/''|\\(.)/gs, (all, char) => char ?? all[0])]))];
}

/** What stands behind "near" is the statement itself. Where a password would be told all the same, its number says enough. */
function withoutSecrets(answer: Refused, line: number, secrets: readonly string[]): string {
  const told = refusalText({ ...answer, refused: answer.refused.replace(/ near .*/s, "").slice(0, 300) }, line);
  const hash = /\*[0-9A-F]{40}/;
  if (!hash.test(told) && !secrets.some((secret) => secret && told.includes(secret))) return told;
  return refusalText({ ...answer, refused: "its words hold a password" }, line);
}
