import type { Event, History, Look } from "../history/events.ts";

type Checked = NonNullable<Extract<Look, { what: "icinga" }>["objects"]>[string];

/** What was seen last: by it an experiment chooses its targets, and the run knows when all is back. */
export class Latest implements History {
  /** Host of Consul's leader, as its servers tell. */
  leader?: string;
  /** Host of the Icinga that writes to the database. */
  writer?: string;
  /** Host of the node that a client by name last wrote to. */
  written?: string;
  /** Objects as each master has them, by master. */
  readonly #objects = new Map<string, Readonly<Record<string, Checked>>>();

  add(event: Event): void {
    if (event.kind === "op") {
      if (event.workload === "ledger" && event.client.startsWith("name") && event.outcome === "ok")
        this.written = event.node;
    } else if (event.kind === "look" && event.error === undefined) {
      if (event.what === "consul" && event.leader) this.leader = event.leader;
      if (event.what === "writer" && event.responsible) this.writer = event.host;
      if (event.what === "icinga" && event.objects) this.#objects.set(event.host, event.objects);
    }
  }

  /** Whether a master has told its states. */
  heard(master: string): boolean {
    return this.#objects.has(master);
  }

  /** Monitored objects that any master has in a problem of which people hear (a hard one), sorted. */
  problems(): string[] {
    return this.#those(({ state, hard }) => state !== 0 && hard);
  }

  /** Those of them that became one after `t` (ms since 1970). */
  problemsSince(t: number): string[] {
    return this.#those(({ since }) => since !== undefined && since > t);
  }

  /** Monitored objects of which any master has yet to find out whether there is a problem (a soft one), sorted. */
  doubtful(): string[] {
    return this.#those(({ state, hard }) => state !== 0 && !hard);
  }

  /** Monitored objects that any master has never seen checked, sorted. */
  unchecked(): string[] {
    return this.#those(({ checked }) => checked === 0);
  }

  #those(are: (object: Checked) => boolean): string[] {
    const all = [...this.#objects.values()].flatMap((objects) => Object.entries(objects));
    return [...new Set(all.filter(([, object]) => are(object)).map(([name]) => name))].sort();
  }
}
