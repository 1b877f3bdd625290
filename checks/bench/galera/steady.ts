import pRetry, { AbortError } from "p-retry";
import { bind } from "../../../components/bind/facts.ts";
import { galera, supervisor } from "../../../components/galera/facts.ts";
import { type Inventory, servicesOf } from "../../../core/inventory.ts";
import { every } from "../../../core/retry.ts";
import { probe } from "../../../health/probe.ts";
import { steadyState } from "../../../health/steadyState.ts";
import { lookUp } from "../../workloads/routes.ts";
import { databaseNodes } from "./scene.ts";
import type { Seen } from "./seen.ts";

/** Milliseconds that the database may take to be well: a node may have to fetch all data. */
const PATIENCE = 180_000;

/** What is asked; a supervisor only where it is to run. */
const services = [galera.name, bind.name];

/** Milliseconds between two looks at what was seen already, and between two questions to all services: those cost CPU. */
const GLANCE = 100;
const QUESTION = 1_000;

/**
 * Waits until the database is well and its names say so. The rest of the environment is not asked: that is quick. Nor is
 * anything asked before the nodes were seen to be Synced: on a small machine the questions alone would keep them from it.
 *
 * @param options.writer the writer's name, where supervisors run that keep it
 *
 * @throws with what is still wrong after three minutes, or when aborted
 */
export async function awaitDatabase(
  inventory: Inventory,
  { writer, seen, signal, say }: { writer?: string; seen: Seen; signal: AbortSignal; say(what: string): void },
): Promise<void> {
  const wanted = writer ? [...services, supervisor.name] : services;
  const asked = servicesOf(inventory, ...wanted);
  const nodes = databaseNodes(inventory).map(({ name }) => name);
  const glance = () => (seen.synced(nodes) ? undefined : "not every node is Synced");
  const ask = async () => {
    const { problems } = steadyState(inventory, await probe(inventory, asked));
    return problems[0]?.text ?? (writer && (await writerProblem(inventory, writer, signal)));
  };
  const until = (look: () => string | undefined | Promise<string | undefined>, interval: number) =>
    pRetry(
      async () => {
        if (signal.aborted) throw new AbortError("interrupted");
        const wrong = await look();
        if (!wrong) return;
        say(`waiting: ${wrong}`);
        throw new Error(`The database is not steady: ${wrong}`);
      },
      every(interval, PATIENCE),
    );
  await until(glance, GLANCE);
  await until(ask, QUESTION);
}

async function writerProblem(inventory: Inventory, writer: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const addresses = await lookUp(inventory, writer, signal);
    return addresses.length === 1 ? undefined : `${writer} names ${addresses.length} nodes, expected 1`;
  } catch (error) {
    return `${writer}: ${(error as Error).message}`;
  }
}
