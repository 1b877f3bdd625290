import { galera } from "../../components/galera/facts.ts";
import { UserError } from "../../core/errors.ts";
import { type Inventory, servicesOf } from "../../core/inventory.ts";
import { openSession, type Session } from "../workloads/session.ts";

/** Milliseconds to be let in, and for the first answer. */
const PATIENCE = 3_000;

/**
 * Refuses an environment none of whose databases lets a client from this machine in: the suite's clients run here, and would only see that. One
 * that is down is another matter. A connection alone proves nothing: what is between may take one for whoever is asked.
 *
 * @param open logs in at an address
 * @throws {UserError} before anything is touched
 */
export async function mustReach(
  inventory: Inventory,
  open: (address: string) => Promise<Session> = (address) =>
    openSession(inventory, address, { connect: PATIENCE, query: PATIENCE }),
): Promise<void> {
  const { port } = inventory.database;
  const failures = await Promise.all(
    servicesOf(inventory, galera.name).map(({ host, address }) =>
      open(address).then(
        (session): undefined => void session.destroy(),
        ({ code, message }) => `${host} (${address}:${port}): ${code ?? message}`,
      ),
    ),
  );
  const all = failures.flatMap((failure) => failure ?? []);
  if (all.length === 0 || all.length < failures.length) return;
  throw new UserError(
    `This machine reaches no database of "${inventory.environment}": ${all.join("; ")}. The suite's clients run here. ` +
      `Expected a way from here to TCP ${port} of the databases, UDP and TCP 53 of the DNS servers, and the entry of Icinga Web: ` +
      "let this machine through the firewalls, or run trivet on one that is. Nothing was touched.",
  );
}
