import type { Look } from "../history/events.ts";

/** Milliseconds after which a look says nothing about the present. */
const FRESH = 5_000;

/** The newest facts, from looks that are at most 5 s old. */
export interface Latest {
  /** Host of Consul's leader, as most servers name it. */
  leader?: string;
  /** Host of the program that writes Icinga's states to the database; absent when it is none or more than one. */
  writer?: string;
  /** Hosts of database nodes that are Primary, Synced, ready and writable. */
  fit: string[];
  /** Hosts that each DNS server gives for the database's name; servers that do not answer are not here. */
  name: Record<string, string[]>;
}

/** Keeps the newest look of each observer and target. */
export class NewestLooks {
  readonly #looks = new Map<string, Look>();

  add(look: Look): void {
    if (look.what === "notification") return;
    const target = "host" in look ? look.host : "server" in look ? look.server : "";
    this.#looks.set(`${look.what} ${target} ${look.what === "clock" ? look.service : ""}`, look);
  }

  /** Whether anything of that kind was looked at yet. */
  has(what: Look["what"]): boolean {
    return this.#looks.values().some((look) => look.what === what);
  }

  latest(t: number): Latest {
    return latest([...this.#looks.values()].filter(({ end, error }) => !error && t - end <= FRESH));
  }
}

/** The facts in looks of which each is the newest of its kind. */
export function latest(looks: Look[]): Latest {
  const of = <What extends Look["what"]>(what: What) =>
    looks.filter((look): look is Extract<Look, { what: What }> => look.what === what);
  const named = Object.groupBy(
    of("consul").flatMap(({ leader }) => leader ?? []),
    (leader) => leader,
  );
  const [leader] = Object.entries(named).toSorted(([, a], [, b]) => b!.length - a!.length);
  const writers = of("writer").filter(({ responsible }) => responsible);
  const fit = of("database").filter(
    ({ status, state, ready, readOnly }) => status === "Primary" && state === 4 && ready && readOnly === false,
  );
  return {
    leader: leader?.[0],
    writer: writers.length === 1 ? writers[0]!.host : undefined,
    fit: fit.map(({ host }) => host).sort(),
    name: Object.fromEntries(of("name").map(({ server, answers }) => [server, answers ?? []])),
  };
}
