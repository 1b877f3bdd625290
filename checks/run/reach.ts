import { dnsPort } from "../../components/bind/facts.ts";
import { galera } from "../../components/galera/facts.ts";
import { UserError } from "../../core/errors.ts";
import { type Inventory, servicesOf } from "../../core/inventory.ts";
import type { Port, Ways } from "../ways/index.ts";
import { openSession, type Session } from "../workloads/session.ts";

/** Milliseconds to be let in, and for the first answer. */
const PATIENCE = 3_000;

/**
 * Refuses an environment none of whose databases lets the suite's clients in: they would only see that. One that is down is another
 * matter. A connection alone proves nothing: what is between may take one for whoever is asked. Where clients come by SSH, one of the DNS servers
 * and the entry must be reached, too.
 *
 * @param open logs in at an address
 * @throws {UserError} before anything is touched
 */
export async function mustReach(
  inventory: Inventory,
  ways: Ways,
  open: (address: string) => Promise<Session> = (address) =>
    openSession(inventory, address, { connect: PATIENCE, query: PATIENCE }, ways),
): Promise<void> {
  const { port } = inventory.database;
  const databases = servicesOf(inventory, galera.name).map(({ host, address }) => ({ host, address, port }));
  const failures = await Promise.all(
    databases.map(({ host, address }) =>
      open(address).then(
        (session): undefined => void session.destroy(),
        ({ code, message }) => `${host} (${address}:${port}): ${code ?? message}`,
      ),
    ),
  );
  const all = failures.flatMap((failure) => failure ?? []);
  const closed = all.length > 0 && all.length === failures.length;
  if (!ways.bySsh) {
    if (!closed) return;
    throw new UserError(
      `This machine reaches no database of "${inventory.environment}": ${all.join("; ")}. The suite's clients run here. ` +
        `Expected a way from here to TCP ${port} of the databases, UDP and TCP 53 of the DNS servers, and the entry of Icinga Web: ` +
        "let this machine through, or run trivet on one that is. Nothing was touched.",
    );
  }
  const { hostname, port: web } = new URL(inventory.web.url);
  const groups = [
    ...(closed ? [databases] : []),
    inventory.dnsServers.map((address) => ({ address, port: dnsPort })),
    [{ address: hostname, port: Number(web) || 80 }],
  ];
  const unreached = (await Promise.all(groups.map((group) => unreachedOf(group, ways)))).flat();
  const missing = unreached.length > 0 ? unreached : closed ? all : [];
  if (missing.length === 0) return;
  throw new UserError(
    `The suite's clients do not reach all that they need of "${inventory.environment}": ${missing.join("; ")}. They come by the SSH of its hosts: ` +
      `expected one that the declared flows let connect (trivet firewall ${inventory.environment}), whose sshd forwards TCP for this user ` +
      `("AllowTcpForwarding" of sshd_config). Nothing was touched.`,
  );
}

/** Why none of some ports is reached by any host; empty where one is. */
async function unreachedOf(ports: readonly Port[], ways: Ways): Promise<string[]> {
  const tried = await Promise.all(
    ports.map(async (port) => {
      const why: string[] = [];
      for (const host of ways.hostsTo(port)) {
        const said = await ways.explain(host, port).catch((error: Error) => error.message.split("\n")[0]!);
        if (said === undefined) return undefined;
        why.push(`by ${host}: ${said}`);
      }
      return `${port.address}:${port.port} (${why.join(", ") || "no host may connect there"})`;
    }),
  );
  return tried.includes(undefined) ? [] : (tried as string[]);
}
