import mysql, { type Connection } from "mysql2";
import type { Millis } from "../types.ts";

/** By the socket a process is let in as the user that it runs as (unix_socket); by a port it has a password. */
export type Login =
  | { socketPath: string; user: string }
  | { host: string; port: number; user: string; password: string };

/** Columns as the texts that the server sends. */
export type Row = Record<string, string | null>;

/** Why there are no rows. Without a number nobody answered: no connection, or not in time. */
export interface Refused {
  refused: string;
  errno?: number;
  sqlState?: string;
}

export type Answer = { rows: Row[] } | Refused;

/** The server's own numbers. */
export const errors = { tooManyConnections: 1040, notReady: 1047, noSuchConnection: 1094 } as const;

/** Status variables as columns of one row, each by its own name. */
export const statusColumns = (names: readonly string[]): string =>
  names.map((name) => `MAX(IF(variable_name = '${name}', variable_value, NULL)) AS ${name}`).join(",\n  ");

/** For people, as MariaDB's client says it. */
export const refusalText = ({ refused, errno, sqlState }: Refused, line = 1): string =>
  errno === undefined ? refused : `ERROR ${errno} (${sqlState ?? "HY000"}) at line ${line}: ${refused}`;

export interface Session {
  /** Asks on the connection that is there, or on a new one. Never throws; `limit` is that of all of it, waiting for its turn included. */
  ask(sql: string, limit: Millis): Promise<Answer>;
  close(): void;
}

/**
 * One connection that is kept, and made anew once it is broken, unless it is for `once`. One that does not answer in time is given up: what
 * it still says is of the past, and the next question is asked on another one.
 */
export function sessionOf(login: Login, once = false): Session {
  let kept: Connection | undefined;
  /** Nothing more is asked after a break: what was set on that connection is gone. */
  let lost = false;
  const drop = (connection: Connection) => {
    if (kept === connection) kept = undefined;
    connection.destroy();
  };
  const open = (): Connection => {
    lost = once;
    // The limit of a question is that of its connection, too.
    const connection = mysql.createConnection({ ...login, connectTimeout: 0 });
    // Who waits for an answer is told by mysql2, unless it is destroyed first.
    const broken = () => {
      if (kept === connection) kept = undefined;
    };
    connection.on("error", broken);
    connection.on("end", broken);
    return connection;
  };
  return {
    ask: (sql, limit) =>
      new Promise((resolve) => {
        if (!kept && lost) {
          resolve({ refused: "the connection was lost" });
          return;
        }
        kept ??= open();
        const connection = kept;
        let answered = false;
        const giveUp = () => {
          if (answered) return;
          drop(connection);
          resolve({ refused: `no answer in ${limit / 1000} s` });
        };
        // Where this process stood still itself, the answer waits to be read: that comes first.
        const late = setTimeout(() => setImmediate(giveUp), limit);
        const options = { sql, typeCast: (field: { string(): string | null }) => field.string() };
        connection.query<mysql.RowDataPacket[]>(options, (error, rows) => {
          answered = true;
          clearTimeout(late);
          // Of some of its errors mysql2 tells nobody else, and the connection is of no use any more.
          if (error && error.sqlState === undefined) drop(connection);
          if (error) resolve({ refused: error.message, ...numbered(error) });
          else resolve({ rows: Array.isArray(rows) ? (rows as Row[]) : [] });
        });
      }),
    close: () => {
      if (!kept) return;
      // Without a word at its end the server's log would have a warning.
      kept.end();
      drop(kept);
    },
  };
}

const numbered = ({ errno, sqlState }: mysql.QueryError): Pick<Refused, "errno" | "sqlState"> =>
  // A socket's errors have numbers of the system's, below zero.
  errno !== undefined && errno > 0 ? { errno, ...(sqlState && { sqlState: sqlState.replace("#", "") }) } : {};

/** Several questions in turn, on one connection of their own: they may take long, and what they set counts for each other. */
export async function inSession<T>(login: Login, ask: (session: Session) => Promise<T>): Promise<T> {
  const session = sessionOf(login, true);
  try {
    return await ask(session);
  } finally {
    session.close();
  }
}

/**
 * The statements of a file, each with its line. They are as this project writes them: quoted by `'` or a backtick, without comments.
 */
export function statementsIn(text: string): { sql: string; line: number }[] {
  const statements: { sql: string; line: number }[] = [];
  for (const match of text.matchAll(/(?:'(?:[^'\\]|\\.|'')*'|`[^`]*`|[^;'`])+/gs)) {
    const sql = match[0].trim();
    const before = text.slice(0, match.index) + match[0].slice(0, match[0].length - match[0].trimStart().length);
    if (sql) statements.push({ sql, line: before.split("\n").length });
  }
  return statements;
}
