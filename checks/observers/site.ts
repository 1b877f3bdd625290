import type { Inventory } from "../../core/inventory.ts";
import type { Look, Note } from "../history/events.ts";
import type { Ways } from "../ways/index.ts";

/** When a look was taken, and what hindered it. */
export interface Span {
  t: number;
  end: number;
  error?: string;
}

/** What an observer works with. */
export interface Site {
  inventory: Inventory;
  /** For what is looked at from here rather than inside a container. */
  ways: Ways;
  signal: AbortSignal;
  record(event: Look | Note): void;
}

/** Starts looking; each promise resolves after the signal aborted, when nothing of that loop is left. They never reject. */
export type Observer = (site: Site) => Promise<void>[];

/** Name of the host at an address, with or without a port; the address itself when it is nobody's. */
export function hostAt({ hosts }: Pick<Inventory, "hosts">, address: string): string {
  const [plain] = address.split(":");
  return hosts.find((host) => host.address === plain)?.name ?? address;
}
