import pRetry, { AbortError } from "p-retry";
import type { Inventory } from "../../../stacks/inventory.ts";
import { probe } from "../../probe.ts";
import { steadyState } from "../../steadyState.ts";
import { lookUp } from "../../workloads/routes.ts";

/** Milliseconds that the database may take to be well: a node may have to fetch all data. */
const PATIENCE = 180_000;

/** What is asked; a supervisor only where it is to run. */
const services = ["galera", "bind"];
const supervisor = "galera-supervisor";

/**
 * Waits until the database is well and its names say so. The rest of the environment is not asked: that is quick.
 *
 * @param options.writer the writer's name, where supervisors run that keep it
 *
 * @throws with what is still wrong after three minutes, or when aborted
 */
export async function awaitDatabase(
  inventory: Inventory,
  { writer, signal, say }: { writer?: string; signal: AbortSignal; say(what: string): void },
): Promise<void> {
  const wanted = writer ? [...services, supervisor] : services;
  const asked = inventory.services.filter(({ service }) => wanted.includes(service));
  const look = async () => {
    if (signal.aborted) throw new AbortError("interrupted");
    const { problems } = steadyState(inventory, await probe(inventory, asked));
    const wrong = problems[0] ?? (writer && (await writerProblem(inventory, writer, signal)));
    if (!wrong) return;
    say(`waiting: ${wrong}`);
    throw new Error(`The database is not steady: ${wrong}`);
  };
  await pRetry(look, { retries: PATIENCE / 250, factor: 1, minTimeout: 250, maxRetryTime: PATIENCE });
}

async function writerProblem(inventory: Inventory, writer: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const addresses = await lookUp(inventory, writer, signal);
    return addresses.length === 1 ? undefined : `${writer} names ${addresses.length} nodes, expected 1`;
  } catch (error) {
    return `${writer}: ${(error as Error).message}`;
  }
}
