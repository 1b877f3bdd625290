import mysql from "mysql2/promise";
import { ports } from "../../components/galera/facts.ts";
import { Failure, UserError } from "../../core/errors.ts";
import { runOn } from "../../hosts/ssh.ts";

/** A member of a Galera cluster that others made. */
export interface Member {
  /** `wsrep_node_name` of it. */
  name: string;
  address: string;
  /** Its machine, `ssh://[user@]host[:port]`; without one it is asked by its port. */
  endpoint?: string;
}

/** An administrator's account there. */
export interface Login {
  user: string;
  password: string;
}

/** The way to one member: as root on its machine, or as an administrator by its port. */
export interface Way {
  /** Rows of all statements, columns as texts. @throws {UserError} where it can't be asked: says why */
  ask(sql: string): Promise<string[][]>;
  /** Asks it to stop in good order. Whether it has is seen from the others. */
  stop(): Promise<void>;
  /** Milliseconds that it took to let somebody in by its port, the quickest of all times: undefined where nobody came by that. */
  readonly quickest?: number;
  /** Which of some programs its machine has; undefined where nobody can tell. */
  programs(names: readonly string[]): Promise<string[] | undefined>;
}

/** Milliseconds that statements may take, and a database to be stopped. */
const TAKEN = 30_000;
const STOPPED = 180_000;

/** By its machine where it has an `endpoint`, else by its port. */
export const wayTo = (member: Member, login: Login | undefined): Way =>
  member.endpoint ? byMachine(member, member.endpoint) : byPort(member, login);

/** Whatever its socket is: the server's own files say where. */
const CLIENT = `socket=$(my_print_defaults --mysqld 2> /dev/null | sed -n 's/^--socket=//p' | tail -n 1)
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
sql() { as_root mariadb \${socket:+--socket="$socket"} --user=root --batch --skip-column-names --connect-timeout=5 "$@"; }
`;

function byMachine({ name }: Member, endpoint: string): Way {
  const run = async (script: string, stdin?: string, timeout = TAKEN) => {
    const ran = await runOn(endpoint, ["sh", "-c", CLIENT + script], { stdin, timeout });
    if (ran.code === 0) return ran.stdout;
    throw new UserError(`${name} can't be asked on its machine (${endpoint}): ${ran.stderr.trim()}.`);
  };
  return {
    ask: async (sql) => rowsOf(await run("sql", sql)),
    stop: async () => {
      const script =
        "if [ -d /run/systemd/system ] && systemctl is-active --quiet mariadb; then as_root systemctl disable --now mariadb; else sql -e SHUTDOWN; fi";
      await run(script, undefined, STOPPED);
    },
    programs: async (names) => {
      const script = names.map((program) => `command -v ${program} > /dev/null && echo ${program}`).join("\n");
      return (await run(`PATH=$PATH:/usr/sbin:/sbin\n${script}\ntrue`)).split("\n").filter(Boolean);
    },
  };
}

/** What the client prints for a program to read: rows, columns as texts. */
export const rowsOf = (text: string): string[][] =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t"));

function byPort({ name, address }: Member, login: Login | undefined): Way {
  let quickest = Number.POSITIVE_INFINITY;
  const ask = async (sql: string): Promise<string[][]> => {
    if (!login) {
      throw new UserError(
        `Nobody knows how to ask ${name} (${address}): expected its machine under database.adopt as "endpoint", or an administrator's account by --user.`,
      );
    }
    const began = performance.now();
    const connection = await mysql
      .createConnection({
        host: address,
        port: ports.client,
        ...login,
        connectTimeout: 30_000,
        multipleStatements: true,
      })
      .catch((error) => {
        throw new UserError(
          `${name} can't be asked at ${address}:${ports.client}: ${error.message}. Is the account "${login.user}" let in from this machine?`,
        );
      });
    quickest = Math.min(quickest, performance.now() - began);
    // A server that is told to stop ends the connection.
    connection.on("error", () => {});
    try {
      const [result] = await connection.query({ sql, rowsAsArray: true, timeout: TAKEN });
      return rowsIn(result).map((row) => row.map((value) => (value === null ? "NULL" : String(value))));
    } catch (error) {
      throw new Failure(`${name} (${address}) does not take a statement: ${(error as Error).message}`);
    } finally {
      connection.destroy();
    }
  };
  return {
    ask,
    get quickest() {
      return Number.isFinite(quickest) ? quickest : undefined;
    },
    stop: async () => {
      await ask("SHUTDOWN").catch((error: Error) => {
        // It may end the connection before it answers.
        if (!/connection lost|ECONNRESET|shutdown in progress/i.test(error.message)) throw error;
      });
    },
    programs: async () => undefined,
  };
}

/** Rows of one result, or of several; other statements have none. */
function rowsIn(result: unknown): unknown[][] {
  if (!Array.isArray(result)) return [];
  return result.flatMap((part) => {
    if (!Array.isArray(part)) return [];
    return Array.isArray(part[0]) ? (part as unknown[][]) : part.length > 0 ? [part] : [];
  });
}
