import type { Inventory } from "../../core/inventory.ts";
import { now } from "../history/events.ts";
import { NoWay } from "../ways/index.ts";
import { every } from "./pace.ts";
import { hostAt, type Observer, type Site } from "./site.ts";

/** Each DNS server, asked for the database's name from here, twice a second. */
export const observeName: Observer = (site) => ask(site, "name", site.inventory.database.name);

/** The same for the writer's name. */
export const observeWriterName: Observer = (site) => ask(site, "writer-name", site.inventory.database.writerName);

const ask = ({ inventory, ways, signal, record }: Site, what: "name" | "writer-name", name: string) =>
  inventory.dnsServers.map((address) => {
    const server = hostAt(inventory, address);
    const resolver = ways.asker([address], { timeout: 1_000, tries: 1 });
    signal.addEventListener("abort", () => resolver.cancel(), { once: true });
    return every(500, signal, async (t) => {
      const found = await resolver.resolve4(name).then(
        (addresses) => ({ answers: answeredHosts(addresses, inventory) }),
        (error: NodeJS.ErrnoException) =>
          error instanceof NoWay ? undefined : withoutAddress(error.code ?? error.message),
      );
      // Where no way was there nobody looked.
      if (found && !signal.aborted) record({ kind: "look", what, server, t, end: now(), ...found });
    });
  });

/** Names of the hosts at the addresses, each once, sorted: a server turns their order. */
export const answeredHosts = (addresses: string[], inventory: Pick<Inventory, "hosts">): string[] =>
  [...new Set(addresses.map((address) => hostAt(inventory, address)))].sort();

/** A server that says that there is none has answered; any other code is none. */
export const withoutAddress = (code: string): { answers: string[] } | { error: string } =>
  code === "ENOTFOUND" || code === "ENODATA" ? { answers: [] } : { error: code };
