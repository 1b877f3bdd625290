import pRetry from "p-retry";
import { UserError } from "../../core/errors.ts";
import { type FinalRead, now } from "../history/events.ts";
import type { Route } from "./routes.ts";
import type { Session } from "./session.ts";
import type { FinalFacts, Workload } from "./workload.ts";

/** Milliseconds: one statement (a causal read first waits for what others wrote), and all tries together. */
const STATEMENT = 5_000;
const PATIENCE = 20_000;

/** How to come to a node, by its host name. */
export type Nodes = Record<string, Route>;

/**
 * Makes all tables anew through one node, and waits until every node has them.
 *
 * @throws {UserError} when a node has not got them after 20 s
 */
export async function makeTables(workloads: Workload[], route: Route, nodes: Nodes): Promise<void> {
  const statements = workloads.flatMap(({ tables }) => tables);
  try {
    await patiently(route, async (session) => {
      for (const statement of statements) await session.query(statement, [], STATEMENT);
    });
    await Promise.all(
      Object.values(nodes).flatMap((node) => workloads.map(({ final }) => final && causally(node, final))),
    );
  } catch (error) {
    throw new UserError(
      `The workloads' tables could not be made on every database node: ${(error as Error).message}. Expected a healthy environment: see "trivet status <environment>".`,
    );
  }
}

/** What each node holds of each workload; a node that does not tell within `patience` ms gives an error for each. */
export async function readFinal(workloads: Workload[], nodes: Nodes, patience = PATIENCE): Promise<FinalRead[]> {
  const reads = Object.entries(nodes).flatMap(([node, route]) =>
    workloads.flatMap(({ name, final }) =>
      final ? [finalRead(node, name, () => causally(route, final, patience))] : [],
    ),
  );
  return Promise.all(reads);
}

async function finalRead(node: string, workload: string, read: () => Promise<FinalFacts>): Promise<FinalRead> {
  try {
    const facts = await read();
    return { kind: "final", t: now(), node, ...facts };
  } catch (error) {
    return { kind: "final", t: now(), node, workload, error: (error as Error).message };
  }
}

/** Reads when the node has applied all that was committed anywhere before. */
const causally = <T>(route: Route, read: (session: Session) => Promise<T>, patience = PATIENCE): Promise<T> =>
  patiently(
    route,
    async (session) => {
      await session.query("SET SESSION wsrep_sync_wait = 1");
      return read({ ...session, query: (sql, values) => session.query(sql, values, STATEMENT) });
    },
    patience,
  );

/** Does it in a session of its own; after an error again in a new one. */
const patiently = <T>(route: Route, work: (session: Session) => Promise<T>, patience = PATIENCE): Promise<T> =>
  pRetry(
    async () => {
      const session = await route();
      try {
        return await work(session);
      } finally {
        session.destroy();
      }
    },
    { retries: 100, minTimeout: 250, factor: 1.5, maxTimeout: 2_000, maxRetryTime: patience },
  );
