import { type Step, Unacknowledged } from "./errors.ts";
import type { Route } from "./routes.ts";
import type { Session } from "./session.ts";

type Query = Session["query"];

/**
 * An application with one session, opened when it is needed. After any error it leaves the session (a node that is not ready,
 * read-only, or stuck in conflicts gets no second try) and takes its route again for the next operation. One operation at a
 * time. All methods throw `Unacknowledged`.
 */
export class Client {
  readonly name: string;
  readonly #route: Route;
  readonly #signal: AbortSignal;
  #session: Session | undefined;
  #node: string | undefined;

  /** @param signal when it comes, no further statement is sent, so a transaction that runs is not committed */
  constructor(name: string, route: Route, signal: AbortSignal) {
    this.name = name;
    this.#route = route;
    this.#signal = signal;
  }

  /** Host name of the node that the last operation asked; none when it reached none. */
  get node(): string | undefined {
    return this.#node;
  }

  /** A statement that changes nothing. */
  read(sql: string, values?: unknown[]): Promise<unknown[][]> {
    return this.#attempt((query) => query("read", sql, values));
  }

  /** One statement in autocommit. */
  async write(sql: string, values?: unknown[]): Promise<void> {
    await this.#attempt((query) => query("write", sql, values));
  }

  /** Statements in one transaction at the default isolation, then its commit. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#attempt(async (query) => {
      await query("transaction", "START TRANSACTION");
      const result = await work((sql, values) => query("transaction", sql, values));
      await query("commit", "COMMIT");
      return result;
    });
  }

  close(): void {
    this.#session?.destroy();
    this.#session = undefined;
  }

  async #attempt<T>(work: (query: (step: Step, ...query: Parameters<Query>) => Promise<unknown[][]>) => Promise<T>) {
    const session = await this.#reach();
    return work(async (step, ...query) => {
      // Not sent, so surely not done.
      if (this.#signal.aborted) throw this.#leave(new Error("the workload was stopped"), "connect");
      try {
        return await session.query(...query);
      } catch (error) {
        throw this.#leave(error, step);
      }
    });
  }

  async #reach(): Promise<Session> {
    if (this.#session?.lost) this.close();
    this.#node = this.#session?.node;
    try {
      this.#session ??= await this.#route();
    } catch (error) {
      throw new Unacknowledged(error, "connect");
    }
    this.#node = this.#session.node;
    return this.#session;
  }

  #leave(error: unknown, step: Step): Unacknowledged {
    this.close();
    return new Unacknowledged(error, step);
  }
}
