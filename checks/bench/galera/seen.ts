import type { Event, History } from "../../history/events.ts";

/** What was seen last: by it a run knows that its fault has had its effect. */
export class Seen implements History {
  readonly #views = new Map<string, number | undefined>();
  readonly #acknowledged = new Map<string, { count: number; last: number }>();

  add(event: Event): void {
    if (event.kind === "look" && event.what === "database" && event.error === undefined) {
      this.#views.set(event.host, event.view);
    }
    if (event.kind === "op" && event.outcome === "ok") {
      const { count } = this.acknowledged(event.client);
      this.#acknowledged.set(event.client, { count: count + 1, last: event.end });
    }
  }

  /** A new run's clients have done nothing yet. */
  forgetClients(): void {
    this.#acknowledged.clear();
  }

  /** Number of a node's view. */
  view(host: string): number | undefined {
    return this.#views.get(host);
  }

  /** How many writes of a client were acknowledged, and when the last one was. */
  acknowledged(client: string): { count: number; last: number } {
    return this.#acknowledged.get(client) ?? { count: 0, last: 0 };
  }
}
