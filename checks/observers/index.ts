import { setMaxListeners } from "node:events";
import type { Inventory } from "../../core/inventory.ts";
import { type History, type Look, now } from "../history/events.ts";
import { straight, type Ways } from "../ways/index.ts";
import { observeClocks } from "./clock.ts";
import { observeConsul } from "./consul.ts";
import { observeDatabases } from "./database.ts";
import { observeIcinga } from "./icinga.ts";
import { observeName, observeWriterName } from "./name.ts";
import { observeNotifications } from "./notification.ts";
import { pause } from "./pace.ts";
import { observeResolvers } from "./resolver.ts";
import type { Observer, Site } from "./site.ts";
import { observeWeb } from "./web.ts";
import { observeWriters } from "./writer.ts";

export const observers = {
  database: observeDatabases,
  name: observeName,
  "writer-name": observeWriterName,
  resolver: observeResolvers,
  consul: observeConsul,
  writer: observeWriters,
  icinga: observeIcinga,
  web: observeWeb,
  clock: observeClocks,
  notification: observeNotifications,
} satisfies Record<Look["what"], Observer>;

export interface Observers {
  /** Within 3 s, and nothing of them is left in any container that runs. */
  stop(): Promise<void>;
}

export interface ObserverOptions {
  /** Which observers look; all unless given. */
  only?: (keyof typeof observers)[];
  /** How those that look from here come there; straight unless given. */
  ways?: Ways;
}

/** Milliseconds to wait for the first looks. */
const FIRST = 10_000;

/**
 * Starts looking at everything that a history is judged by, and writes each look into it. Resolves when each observer
 * has looked, or after 10 s.
 */
export async function startObservers(
  inventory: Inventory,
  history: History,
  { only, ways = straight }: ObserverOptions = {},
): Promise<Observers> {
  const stopped = new AbortController();
  const { signal } = stopped;
  setMaxListeners(0, signal);
  const looked = new Set<Look["what"]>();
  const site: Site = {
    inventory,
    ways,
    signal,
    record(event) {
      if (event.kind === "look") looked.add(event.what);
      history.add(event);
    },
  };
  const names = only ?? (Object.keys(observers) as (keyof typeof observers)[]);
  const started = names.map((name) => ({ name, loops: observers[name](site) }));
  // Notifications come when something happens.
  const awaited = started.filter(({ name, loops }) => name !== "notification" && loops.length > 0);
  const deadline = now() + FIRST;
  while (!awaited.every(({ name }) => looked.has(name)) && now() < deadline) await pause(50, signal);
  return {
    async stop() {
      stopped.abort();
      await Promise.all(started.flatMap(({ loops }) => loops));
    },
  };
}
