import type { Socket } from "node:net";
import mysql from "mysql2/promise";
import type { Inventory } from "../../core/inventory.ts";

/** How long an application waits, in milliseconds: to be let in, and for the answer to a statement. */
export interface Timeouts {
  connect: number;
  query: number;
}

export const QUERY = 2_000;
const usual: Timeouts = { connect: 1_000, query: QUERY };

/** One connection to one node. */
export interface Session {
  /** `wsrep_node_name` of the node at the other end: its host name. */
  node: string;
  /** It died while nobody used it. */
  lost: boolean;
  /** Rows as arrays of columns; nothing of use for a statement that has none. @throws after `timeout` ms without an answer: then it can no longer be used */
  query(sql: string, values?: unknown[], timeout?: number): Promise<unknown[][]>;
  /**
   * Drops it at once, by a reset: a goodbye would leave what is not yet acknowledged to the kernel, which sends it again for
   * minutes, and a statement given up long ago would still be done when a cut-off server comes back. The server rolls back.
   */
  destroy(): void;
}

/** Logs in as the application at `address`. */
export async function openSession(
  { database }: Inventory,
  address: string,
  timeouts: Timeouts = usual,
): Promise<Session> {
  const { user, password } = database.application;
  const connection = await mysql.createConnection({
    host: address,
    port: database.port,
    user,
    password,
    database: "trivet_app",
    connectTimeout: timeouts.connect,
    rowsAsArray: true,
  });
  const session: Session = {
    node: "",
    lost: false,
    query: async (sql, values, timeout = timeouts.query) => {
      const [rows] = await connection.query<mysql.RowDataPacket[]>({ sql, values, timeout });
      return rows as unknown[][];
    },
    destroy: () => drop(connection),
  };
  const lost = () => {
    session.lost = true;
  };
  connection.on("error", lost);
  connection.on("end", lost);
  try {
    const [row] = await session.query("SELECT @@wsrep_node_name", [], timeouts.connect);
    session.node = String(row![0]);
    return session;
  } catch (error) {
    drop(connection);
    throw error;
  }
}

function drop(connection: mysql.Connection): void {
  const { stream } = (connection as unknown as { connection: { stream: Socket } }).connection;
  stream.resetAndDestroy();
  connection.destroy();
}
