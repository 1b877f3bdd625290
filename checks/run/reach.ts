import { once } from "node:events";
import { connect } from "node:net";
import { galera } from "../../components/galera/facts.ts";
import { UserError } from "../../core/errors.ts";
import { type Inventory, servicesOf } from "../../core/inventory.ts";

/** Milliseconds for one connection. */
const PATIENCE = 3_000;

/**
 * Refuses an environment none of whose databases this machine reaches: the suite's clients run here, and would only see that. One that
 * is down is another matter.
 *
 * @throws {UserError} before anything is touched
 */
export async function mustReach(
  inventory: Pick<Inventory, "environment" | "services" | "database">,
  patience = PATIENCE,
): Promise<void> {
  const { port } = inventory.database;
  const failures = await Promise.all(
    servicesOf(inventory, galera.name).map(async ({ host, address }) => {
      const failure = await failureAt(address, port, patience);
      return failure && `${host} (${address}:${port}): ${failure}`;
    }),
  );
  if (failures.length === 0 || failures.includes(undefined)) return;
  throw new UserError(
    `This machine reaches no database of "${inventory.environment}": ${failures.join("; ")}. The suite's clients run here. ` +
      `Expected a way from here to TCP ${port} of the databases, UDP and TCP 53 of the DNS servers, and the entry of Icinga Web: ` +
      "let this machine through the firewalls, or run trivet on one that is. Nothing was touched.",
  );
}

/** Why a connection does not come about; undefined when it does. */
async function failureAt(host: string, port: number, patience: number): Promise<string | undefined> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(patience) });
  } catch (error) {
    const { name, code, message } = error as NodeJS.ErrnoException;
    return name === "AbortError" ? `no answer within ${patience / 1_000} s` : (code ?? message);
  } finally {
    socket.destroy();
  }
}
