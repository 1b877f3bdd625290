import type { Inventory } from "../../core/inventory.ts";
import { straight, type Ways } from "../ways/index.ts";
import { openSession, type Session, type Timeouts } from "./session.ts";

/** A way to a node: gives a new session each time it is taken. */
export type Route = () => Promise<Session>;

export interface NameOptions {
  /** The name, the database's own unless given. */
  name?: string;
  /** The address to take at first, as if the name had given it. */
  first?: string;
  timeouts?: Timeouts;
  /** Straight from this machine unless given. */
  ways?: Ways;
}

/**
 * As an application goes: through the database's name, looked up anew each time, and not to the node that it just left when
 * the name gives another one.
 */
export function byName(
  inventory: Inventory,
  signal: AbortSignal,
  { name = inventory.database.name, first, timeouts, ways }: NameOptions = {},
): Route {
  let left: string | undefined;
  return async () => {
    const addresses = left === undefined && first ? [first] : await lookUp(inventory, name, signal, ways);
    const address = addresses.find((other) => other !== left) ?? addresses[0]!;
    left = address;
    return openSession(inventory, address, timeouts, ways);
  };
}

/** Always to the same node, past the name. */
export const pinned =
  (inventory: Inventory, address: string, timeouts?: Timeouts, ways?: Ways): Route =>
  () =>
    openSession(inventory, address, timeouts, ways);

/** Asks the environment's DNS servers in their order, with the time-outs of the hosts' resolv.conf. A new resolver each time remembers nothing. */
export async function lookUp(
  { dnsServers }: Pick<Inventory, "dnsServers">,
  name: string,
  signal: AbortSignal,
  ways: Ways = straight,
): Promise<string[]> {
  const resolver = ways.asker(dnsServers, { timeout: 1_000, tries: 2 });
  const cancel = () => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await resolver.resolve4(name);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
