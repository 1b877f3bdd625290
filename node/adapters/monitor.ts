import { connect, type Socket } from "node:net";
import mysql from "mysql2";
import { type NodeRow, nodeQuery, readNode, readPeer } from "../foreign/database.ts";
import type { Millis, PeerState } from "../types.ts";
import { limited, reach } from "./channel.ts";

/** The user that may see the state of the server, and no data. */
export interface Monitor {
  user: string;
  password: string;
}

const CONNECT: Millis = 1_000;
const LIMIT: Millis = 2_000;
/** Bytes that a server may send. */
const MOST = 64_000;

/**
 * Asks a database what it is, as the monitor. Whoever listens there may be anybody, so it gets so many bytes and so much time, no
 * password but hashed with its own salt, and no file.
 */
export async function askDatabase(
  monitor: Monitor,
  { host, port, limit = LIMIT }: { host: string; port: number; limit?: Millis },
): Promise<{ reached: "refused" | "silent" } | { reached: "open"; node?: NodeRow; state: PeerState }> {
  const socket = connect({ host, port });
  try {
    const reached = await reach(socket, Math.min(CONNECT, limit));
    if (reached !== "open") return { reached };
    limited(socket, limit);
    const said = await ask(monitor, socket);
    return { reached, node: readNode(said.row), state: readPeer(said) };
  } finally {
    socket.destroy();
  }
}

/** The same for one expression: its value, whatever that is; undefined where there is no answer in time. */
export async function askValue(
  monitor: Monitor,
  { host, port, limit }: { host: string; port: number; limit: Millis },
  expression: string,
): Promise<unknown> {
  const socket = connect({ host, port });
  try {
    if ((await reach(socket, limit)) !== "open") return undefined;
    limited(socket, limit);
    return (await ask(monitor, socket, `SELECT ${expression}`)).row;
  } finally {
    socket.destroy();
  }
}

function ask(
  { user, password }: Monitor,
  socket: Socket,
  sql = nodeQuery,
): Promise<{ row?: unknown; error?: unknown }> {
  const { promise, resolve } = Promise.withResolvers<{ row?: unknown; error?: unknown }>();
  const failed = ({ code, message }: { code?: string; message: string }) => resolve({ error: `${code}: ${message}` });
  const refuse = () => () => {
    throw new Error("the server asks for the password in another form");
  };
  socket.once("close", () => resolve({}));
  const connection = mysql.createConnection({
    user,
    password,
    stream: () => guarded(socket),
    // The limit of time is the socket's.
    connectTimeout: 0,
    rowsAsArray: true,
    // What a server names its columns must not become code.
    disableEval: true,
    flags: ["-LOCAL_FILES"],
    // Those give a password to whoever asks for it.
    authPlugins: { mysql_clear_password: refuse, sha256_password: refuse, caching_sha2_password: refuse },
  } as mysql.ConnectionOptions);
  connection.on("error", failed);
  connection.query(sql, (error, rows) => {
    if (error) return failed(error);
    // Without a word at its end the server's log would have a warning each time.
    connection.end();
    resolve({ row: Array.isArray(rows) && Array.isArray(rows[0]) ? rows[0][0] : undefined });
  });
  return promise;
}

/** Of what the other end sends no more is read than that, and what the client can't read ends the connection and not the program. */
function guarded(socket: Socket): Socket {
  let bytes = 0;
  const on = socket.on.bind(socket) as (event: string, listener: (...args: never[]) => void) => Socket;
  const guard = (listener: (part: Buffer) => void) => (part: Buffer) => {
    bytes += part.length;
    try {
      if (bytes > MOST) throw new Error(`more than ${MOST} bytes`);
      listener(part);
    } catch (error) {
      socket.destroy(error as Error);
    }
  };
  return Object.assign(socket, {
    on: (event: string, listener: (...args: never[]) => void) =>
      on(event, event === "data" ? guard(listener as unknown as (part: Buffer) => void) : listener),
  });
}
