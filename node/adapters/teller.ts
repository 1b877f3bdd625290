import { randomBytes } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { isPosition, type Told as NodeTold, type Standing } from "../bootstrap/index.ts";
import type { Told } from "../keeper/protocol.ts";
import type { Processes, Teller } from "../ports.ts";
import type { Millis, Named } from "../types.ts";
import { type ChannelConfig, limited, listening, serveChannel } from "./channel.ts";
import { askDatabase, type Monitor } from "./monitor.ts";

export interface TellerConfig {
  channel: ChannelConfig;
  /** Who may ask by that channel. */
  peers: readonly Named[];
  monitor: Monitor;
  /** Of the own database: for clients, where a waiting node speaks in its place, and the one that clients can't fill. */
  ports: { client: number; checks: number };
  /** Where other programs of this container read what a waiting node tells, `waiting` and `not-ready`: /run/trivet. */
  run: string;
}

/** What health is told. */
export interface Said {
  /** What the keeper does, as long as the database does not answer itself. */
  told?: Told;
  leaving: boolean;
  /** Why the databases and users could not be made at the last try. */
  users?: string;
}

/** Clients at a time of a waiting node's port, and how long each may stay. */
const CLIENTS = 50;
const SERVED: Millis = 2_000;
/** What the own database may take to say how it is; so long it counts, so that a flood of questions is one to the database. */
const OWN: Millis = 1_000;
const COUNTS: Millis = 100;

/**
 * Keeps in memory what the keeper tells, and tells it to those that ask: peers by the channel of the keepers, from the moment on that this
 * node knows its position, and by the database's own port as long as the database is not started. There it is a database that is not
 * ready: error 1047 before any handshake, with the position. So nodes of an earlier version hear it, and a client that comes too early gets an
 * error that it knows.
 */
export function tellerOf(
  { channel, peers, monitor, ports, run }: TellerConfig,
  fit: Teller["fit"],
): Teller & {
  /** Read by `health`. */
  said(): Readonly<Said>;
  /** The same processes, whose database finds its port free when it is started. */
  before(processes: Processes): Processes;
  close(): void;
} {
  const said: Said = { leaving: false };
  let at: { standing: Standing; why?: string } | undefined;
  let started = false;
  const servers: Server[] = [];
  /** What is told later is read later. Where nothing can be written (a full disk) who asks by the ports is told all the same. */
  let last = Promise.resolve();
  const inOrder = (work: () => Promise<void>) => {
    last = last.then(work).catch(() => {});
    return last;
  };
  let waiting: Server | undefined;

  const askOwn = shared(async (): Promise<NodeTold> => {
    const there = await askDatabase(monitor, { host: "127.0.0.1", port: ports.checks, limit: OWN });
    if (there.reached !== "open") return { doing: "starting", detail: "the database does not answer" };
    if (there.node) return { ...there.node, detail: "" };
    return { doing: there.state.doing === "running" ? "running" : "starting", detail: "" };
  });
  const own = async (): Promise<NodeTold | undefined> =>
    started ? askOwn() : at && { doing: "waiting", position: at.standing, detail: at.why ?? "" };

  async function speak(): Promise<void> {
    if (waiting || started) return;
    waiting = createServer((socket) => {
      socket.on("error", () => {});
      limited(socket, SERVED);
      // Whatever it sends is read to its end: an end with unread words would be a reset, and take the answer with it.
      socket.resume();
      socket.end(notReady(at!));
    });
    waiting.maxConnections = CLIENTS;
    await listening(waiting, ports.client, "0.0.0.0");
    servers.push(await serveChannel(channel, peers, own));
  }

  return {
    said: () => said,
    async keeper(told) {
      said.told = told;
      const { state, detail, fit: isFit } = told;
      if (told.at) at = told.at;
      const packet = told.at && notReady(told.at);
      const files = inOrder(async () => {
        await replace(join(run, "waiting"), JSON.stringify({ state, detail, fit: isFit }));
        if (packet) await replace(join(run, "not-ready"), packet);
      });
      if (packet) await speak();
      await files;
    },
    async leaving() {
      said.leaving = true;
    },
    async users(failed) {
      said.users = failed;
    },
    fit,
    before: (processes) => ({
      ...processes,
      start(options, exited) {
        started = true;
        // Closed here and now: only who is being told goes on.
        waiting?.close();
        processes.start(options, exited);
      },
    }),
    close() {
      waiting?.close();
      for (const server of servers) server.close();
    },
  };
}

/** `trivet waits at <position>`, and why, as MariaDB's packet: length (3 bytes), number, 0xff, error (2 bytes), text. */
export function notReady({ standing, why }: { standing: Standing; why?: string }): Buffer {
  const position = isPosition(standing) ? `${standing.uuid} ${standing.seqno}` : standing;
  const text = `trivet waits at ${position}${why === undefined ? "" : ` (${why})`}`;
  const plain = Buffer.from(text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 240));
  return Buffer.concat([Buffer.from([3 + plain.length, 0, 0, 0, 0xff, 0x17, 0x04]), plain]);
}

async function replace(path: string, content: string | Buffer): Promise<void> {
  const fresh = `${path}.${randomBytes(4).toString("hex")}`;
  await writeFile(fresh, content);
  await rename(fresh, path);
}

/** One answer for all that ask meanwhile, and for a moment after. */
function shared<T>(answer: () => Promise<T>): () => Promise<T> {
  let last: { since: Millis; promise: Promise<T>; done: boolean } | undefined;
  return () => {
    if (last && (!last.done || performance.now() - last.since < COUNTS)) return last.promise;
    const mine = { since: 0, promise: answer(), done: false };
    void mine.promise
      .catch(() => {})
      .then(() => {
        mine.done = true;
        mine.since = performance.now();
      });
    last = mine;
    return mine.promise;
  };
}
