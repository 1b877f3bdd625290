import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Millis } from "../types.ts";
import { listening } from "./channel.ts";

/** A check in Consul's terms. */
export interface CheckAnswer {
  state: "passing" | "warning" | "critical";
  said: string;
}

export interface NodeAnswers {
  /** What `health` prints, and whether the node is fit. */
  health(): Promise<{ fit: boolean; said: object }>;
  /** Whether clients may be sent here. */
  consulCheck(): Promise<CheckAnswer>;
  /** How full the disks are. */
  diskCheck(): Promise<CheckAnswer>;
}

/** Consul's HTTP checks: 2xx passes, 429 warns, all else is critical. */
const statusOf = { passing: 200, warning: 429, critical: 503 } as const;

/** Below the 2 s that Consul's check, and who runs `health`, wait. */
const LIMIT: Millis = 1_800;
/** Requests at a time; Consul, `health` and a gate have one each. */
const CLIENTS = 32;
/** Bytes of a request's head. */
const HEAD = 4_096;

/**
 * Answers for the health of a host's database, to processes of the host alone: `GET /health`, `/consul` and `/disk`. All that ask for the
 * same thing at the same time get one answer, so that nobody can have the database asked more often than it answers.
 *
 * @throws where the port is taken
 */
export async function serveHealth(port: number, answers: NodeAnswers, limit = LIMIT): Promise<Server> {
  const check = (ask: () => Promise<CheckAnswer>) => async () => {
    const { state, said } = await ask();
    return { status: statusOf[state], body: `${said}\n` };
  };
  const health = async () => {
    const { fit, said } = await answers.health();
    return { status: fit ? 200 : 503, body: `${JSON.stringify(said)}\n` };
  };
  const words = (detail: string) => ({ status: statusOf.critical, body: `${detail}\n` });
  const json = (detail: string) => words(JSON.stringify({ state: "unknown", detail }));
  const paths = new Map([
    ["/health", single(health, json, limit)],
    ["/consul", single(check(answers.consulCheck), words, limit)],
    ["/disk", single(check(answers.diskCheck), words, limit)],
  ]);
  const server = createServer(
    { maxHeaderSize: HEAD, headersTimeout: limit, requestTimeout: limit, connectionsCheckingInterval: 500 },
    async (request, response) => {
      const answer = paths.get(request.url ?? "");
      const withBody = "transfer-encoding" in request.headers || (request.headers["content-length"] ?? "0") !== "0";
      // Nobody of ours sends one, and none is read.
      response.setHeader("Connection", "close");
      if (!answer) response.writeHead(404).end();
      else if (request.method !== "GET") response.writeHead(405, { Allow: "GET" }).end();
      else if (withBody) response.writeHead(413).end();
      else {
        const { status, body } = await answer();
        if (!response.destroyed) response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(body);
      }
    },
  );
  server.maxConnections = CLIENTS;
  // Idle ones count, too: so long for all of a request and its answer.
  server.setTimeout(2 * limit, (socket) => socket.destroy());
  await listening(server, port, "127.0.0.1");
  return server;
}

/** The port that it was given, where 0 was asked for. */
export const portOf = (server: Server): number => (server.address() as AddressInfo).port;

interface Response {
  status: number;
  body: string;
}

/** One answer at a time; who asks meanwhile gets the same. One that hangs is given up for those who wait, not begun a second time. */
function single(
  ask: () => Promise<Response>,
  failed: (detail: string) => Response,
  limit: Millis,
): () => Promise<Response> {
  let under: Promise<Response> | undefined;
  return async () => {
    under ??= ask()
      .catch((error: unknown) => failed(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        under = undefined;
      });
    const { promise, resolve } = Promise.withResolvers<Response>();
    const timer = setTimeout(() => resolve(failed("no answer in time")), limit);
    return Promise.race([under, promise]).finally(() => clearTimeout(timer));
  };
}
