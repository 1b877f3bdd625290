import type { FinalRead, Operation } from "../history/events.ts";
import type { Client } from "./client.ts";
import type { NameOptions } from "./routes.ts";
import type { Session } from "./session.ts";

type Without<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

/** What is asked for, and what a client adds when it is acknowledged. */
export type OperationFacts = Without<Operation, "kind" | "t" | "end" | "client" | "node" | "outcome" | "error">;
/** What a node holds in the end. */
export type FinalFacts = Without<Exclude<FinalRead, { error: string }>, "kind" | "t" | "node">;

/** What workloads run with. */
export interface Stage {
  /** Host names of the database's nodes. */
  nodes: string[];
  /** A new client through the name; `client` is what the history calls it, `name-<number>` unless given. */
  byName(options?: NameOptions & { client?: string }): Client;
  /** A new client pinned to a node. */
  pinned(node: string): Client;
  /** Does operations at a rate (per second) until the workloads stop. */
  repeat(rate: number, operate: (slot: number) => Promise<boolean>): Promise<void>;
  /** Does one and writes it down, with what `work` adds to it. Tells whether it was acknowledged. */
  record(
    client: Client,
    facts: OperationFacts,
    work: () => Promise<Partial<OperationFacts>> | Promise<void>,
  ): Promise<boolean>;
}

/** Clients that work on tables of their own, and what must be there of it in the end. A new one for each experiment. */
export interface Workload {
  name: FinalFacts["workload"] | "read-your-writes";
  /** Makes its tables anew; as a whole safe to run twice. */
  tables: string[];
  /** Starts its clients; each promise is one that ends when the workloads stop. */
  clients(stage: Stage): Promise<void>[];
  /** What this node holds; absent when nothing is left to judge. */
  final?(session: Session): Promise<FinalFacts>;
}
