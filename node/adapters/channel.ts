import { randomBytes } from "node:crypto";
import { connect, createServer, type Server, type Socket } from "node:net";
import {
  answerLine,
  LONGEST_ANSWER,
  LONGEST_QUESTION,
  questionLine,
  readAnswer,
  readQuestion,
  type Told,
} from "../bootstrap/index.ts";
import { readText } from "../foreign/shapes.ts";
import type { Answered, Reached } from "../keeper/belief.ts";
import type { Millis, Named } from "../types.ts";

/** The channel of the keepers: a question in one line, an answer in one line, and the end (docs/decisions/0048). */

export interface ChannelConfig {
  /** Whose keepers they are. */
  cluster: string;
  key: Uint8Array;
  self: Named;
  port: number;
}

/** To connect, and for all of it. */
const CONNECT: Millis = 1_000;
const ANSWER: Millis = 2_000;
/** What a client may take. */
const SERVED: Millis = 2_000;
/** Clients at a time: of one address, and of all. A keeper asks one question at a time, and three programs of it may be under way. */
const EACH = 8;

/**
 * Tells peers, and nobody else, what this node is. Whoever else connects is gone before anything is read: of the places none is
 * theirs, so that nobody but a peer can keep peers out.
 *
 * @param own what this node is, now; undefined: it can't say, and gives no answer
 * @throws where the port is taken
 */
export async function serveChannel(
  { cluster, key, self, port }: ChannelConfig,
  peers: readonly Named[],
  own: () => Promise<Told | undefined>,
): Promise<Server> {
  const held = new Map<string, number>(peers.map(({ address }) => [plain(address), 0]));
  const server = createServer((socket) => {
    const from = plain(socket.remoteAddress ?? "");
    const count = held.get(from);
    socket.on("error", () => {});
    if (count === undefined || count >= EACH) {
      socket.destroy();
      return;
    }
    held.set(from, count + 1);
    socket.once("close", () => held.set(from, held.get(from)! - 1));
    limited(socket, SERVED);
    void serve(socket);
  });
  async function serve(socket: Socket): Promise<void> {
    const line = await firstLine(socket, LONGEST_QUESTION);
    const asked = line === undefined ? undefined : readQuestion(line).value;
    // It is meant for another one: what this node is must not be sealed for that.
    const meant = asked && asked.cluster === cluster && asked.host === self.name;
    const said = meant ? await own().catch(() => undefined) : undefined;
    if (!asked || !said || socket.destroyed) socket.destroy();
    else socket.end(`${answerLine(said, asked, key)}\n`);
  }
  await listening(server, port, self.address);
  return server;
}

/** Asks a peer's keeper. An answer without the seal for just this question is none. */
export async function askChannel({ cluster, key, self, port }: ChannelConfig, peer: Named): Promise<Answered> {
  const asked = { cluster, host: peer.name, once: randomBytes(16).toString("hex") };
  // By the address that the others know, whatever else this host has.
  const socket = connect({ host: peer.address, port, localAddress: self.address });
  try {
    const reached = await reach(socket, CONNECT);
    if (reached !== "open") return reached;
    limited(socket, ANSWER);
    socket.write(`${questionLine(asked)}\n`);
    const line = await firstLine(socket, LONGEST_ANSWER);
    const told = line === undefined ? undefined : readAnswer(line, asked, key).value;
    return told ? { told } : "unsealed";
  } finally {
    socket.destroy();
  }
}

/** Whether somebody takes connections there. */
export async function probe(address: string, port: number): Promise<Reached> {
  const socket = connect({ host: address, port });
  try {
    return await reach(socket, CONNECT);
  } finally {
    socket.destroy();
  }
}

/** Waits for a connection that was begun. */
export function reach(socket: Socket, limit: Millis): Promise<Reached> {
  const { promise, resolve } = Promise.withResolvers<Reached>();
  const timer = setTimeout(() => resolve("silent"), limit);
  socket.once("connect", () => resolve("open"));
  // An error that comes later, too, must not end the program.
  socket.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code === "ECONNREFUSED" ? "refused" : "silent"));
  return promise.finally(() => clearTimeout(timer));
}

/** Listens, or says why it can't. */
export async function listening(server: Server, port: number, address: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  // With Node's own 511 a crowd that comes at once would have the kernel drop others, which try again after a second.
  server.listen({ port, host: address, backlog: 4_096 }, resolve);
  await promise;
  // Of one connection: the others go on.
  server.on("error", () => {});
}

/** So long for all of it, however busily it talks. */
export function limited(socket: Socket, limit: Millis): void {
  const timer = setTimeout(() => socket.destroy(), limit);
  socket.once("close", () => clearTimeout(timer));
}

/** What comes before the first end of a line; undefined when there is none in so many bytes, or it is no text. */
function firstLine(socket: Socket, most: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const parts: Buffer[] = [];
  let size = 0;
  socket.once("close", () => resolve(undefined));
  socket.on("data", (part: Buffer) => {
    const end = part.indexOf("\n");
    parts.push(end < 0 ? part : part.subarray(0, end));
    size += parts.at(-1)!.length;
    if (end < 0 && size <= most) return;
    // What comes behind it is nobody's.
    socket.removeAllListeners("data").pause();
    resolve(size > most ? undefined : readText(Buffer.concat(parts), most));
  });
  return promise;
}

/** IPv4 as it is told where a socket takes both. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, "");
