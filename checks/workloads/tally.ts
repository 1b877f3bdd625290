import { type Event, type History, now, type Outcome } from "../history/events.ts";

/** Milliseconds since the last acknowledged write for which the database counts as available. */
const AVAILABLE = 1_000;

/** How it goes at this moment. */
export interface Stats extends Record<Outcome, number> {
  /** A write through the name was acknowledged within the last second. */
  available: boolean;
  /** The last one: the node's host name, and when it was acknowledged. */
  lastWrite?: { node: string; t: number };
}

/** A history that counts what passes through to another. */
export class Tally implements History {
  readonly #history: History;
  readonly #counts = { ok: 0, fail: 0, unknown: 0 };
  #lastWrite: Stats["lastWrite"];

  constructor(history: History) {
    this.#history = history;
  }

  add(event: Event): void {
    this.#history.add(event);
    if (event.kind !== "op") return;
    this.#counts[event.outcome]++;
    // The ledger's client through the name writes most often of all.
    const writes = event.workload === "ledger" && event.client.startsWith("name-") && event.outcome === "ok";
    if (writes && event.node) this.#lastWrite = { node: event.node, t: event.end };
  }

  stats(): Stats {
    const lastWrite = this.#lastWrite;
    const available = lastWrite !== undefined && now() - lastWrite.t <= AVAILABLE;
    return { ...this.#counts, available, ...(lastWrite && { lastWrite }) };
  }
}
