import type { Event, History } from "../history/events.ts";

/** What was seen last: by it an experiment chooses its targets, and the run knows when all is back. */
export class Latest implements History {
  /** Host of Consul's leader, as its servers tell. */
  leader?: string;
  /** Host of the Icinga that writes to the database. */
  writer?: string;
  /** Host of the node that a client by name last wrote to. */
  written?: string;
  /** Objects that a master has in a hard problem, by master. */
  readonly #problems = new Map<string, Set<string>>();

  add(event: Event): void {
    if (event.kind === "op") {
      if (event.workload === "ledger" && event.client.startsWith("name") && event.outcome === "ok")
        this.written = event.node;
    } else if (event.kind === "look" && event.error === undefined) {
      if (event.what === "consul" && event.leader) this.leader = event.leader;
      if (event.what === "writer" && event.responsible) this.writer = event.host;
      if (event.what === "icinga" && event.objects) {
        const problems = Object.entries(event.objects).filter(([, { state, hard }]) => state !== 0 && hard);
        this.#problems.set(event.host, new Set(problems.map(([object]) => object)));
      }
    }
  }

  /** Whether a master has told its states. */
  heard(master: string): boolean {
    return this.#problems.has(master);
  }

  /** Monitored objects that any master has in a problem, sorted. */
  problems(): string[] {
    return [...new Set([...this.#problems.values()].flatMap((objects) => [...objects]))].sort();
  }
}
