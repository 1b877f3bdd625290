import mysql from "mysql2/promise";
import type { Inventory } from "../../core/inventory.ts";
import { straight, type Way, type Ways } from "../ways/index.ts";

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
  /** It died while nobody used it, or its way is to be left. */
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
export const openSession = (
  { database }: Inventory,
  address: string,
  timeouts: Timeouts = usual,
  ways: Ways = straight,
): Promise<Session> => ways.to({ address, port: database.port }, (way) => logIn(database.application, way, timeouts));

async function logIn(
  { user, password }: Inventory["database"]["application"],
  way: Way,
  timeouts: Timeouts,
): Promise<Session> {
  const stream = way.connect();
  const connection = await mysql.createConnection({
    stream,
    user,
    password,
    database: "trivet_app",
    connectTimeout: timeouts.connect,
    rowsAsArray: true,
  });
  const drop = () => {
    way.drop(stream);
    connection.destroy();
  };
  let died = false;
  const session: Session = {
    node: "",
    get lost() {
      return died || way.left;
    },
    query: async (sql, values, timeout = timeouts.query) => {
      try {
        const [rows] = await connection.query<mysql.RowDataPacket[]>({ sql, values, timeout });
        return rows as unknown[][];
      } catch (error) {
        // Nobody waits for it: who comes next learns of it.
        if (!((error as { errno?: number }).errno! > 0)) void way.ended();
        throw error;
      }
    },
    destroy: drop,
  };
  const lost = () => {
    died = true;
  };
  connection.on("error", lost);
  connection.on("end", lost);
  try {
    const [row] = await session.query("SELECT @@wsrep_node_name", [], timeouts.connect);
    session.node = String(row![0]);
    return session;
  } catch (error) {
    drop();
    throw error;
  }
}
