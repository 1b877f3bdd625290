import { Resolver } from "node:dns/promises";
import type { Inventory } from "../../stacks/inventory.ts";
import { openSession, type Session } from "./session.ts";

/** A way to a node: gives a new session each time it is taken. */
export type Route = () => Promise<Session>;

/**
 * As an application goes: through the database's name, looked up anew each time, and not to the node that it just left when
 * the name gives another one.
 */
export function byName(inventory: Inventory, signal: AbortSignal): Route {
  let left: string | undefined;
  return async () => {
    const addresses = await lookUp(inventory, signal);
    const address = addresses.find((other) => other !== left) ?? addresses[0]!;
    left = address;
    return openSession(inventory, address);
  };
}

/** Always to the same node, past the name. */
export const pinned =
  (inventory: Inventory, address: string): Route =>
  () =>
    openSession(inventory, address);

/** Asks the environment's DNS servers in their order, with the time-outs of the hosts' resolv.conf. A new resolver each time remembers nothing. */
async function lookUp({ database, dnsServers }: Inventory, signal: AbortSignal): Promise<string[]> {
  const resolver = new Resolver({ timeout: 1_000, maxTimeout: 1_000, tries: 2 });
  resolver.setServers(dnsServers);
  const cancel = () => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await resolver.resolve4(database.name);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
