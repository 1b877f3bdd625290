import type { Inventory } from "../../core/inventory.ts";
import { type History, now } from "../history/events.ts";
import type { Ways } from "../ways/index.ts";
import { bank } from "./bank.ts";
import { Client } from "./client.ts";
import { counter } from "./counter.ts";
import { Unacknowledged } from "./errors.ts";
import { ledger } from "./ledger.ts";
import { lostUpdate } from "./lostUpdate.ts";
import { pace } from "./pace.ts";
import { readYourWrites } from "./readYourWrites.ts";
import { byName, pinned } from "./routes.ts";
import type { Timeouts } from "./session.ts";
import { makeTables, type Nodes, readFinal } from "./tables.ts";
import { type Stats, Tally } from "./tally.ts";
import type { Stage, Workload } from "./workload.ts";

export type { Stats, Timeouts };

/** Applications at work on the database `trivet_app`. */
export interface Workloads {
  /** How it goes at this moment. */
  stats(): Stats;
  /** Ends all clients; what runs may end or time out, within 3 s. */
  stop(): Promise<void>;
  /** Writes down what each node holds, or for a node that can't tell within 20 s, why. */
  readFinal(): Promise<void>;
}

export interface WorkloadOptions {
  /** Multiplies how often each client does something; 1 unless given. */
  rate?: number;
  /** Those that work; unless given all, about 44 operations a second. */
  workloads?: Workload[];
  /** How long the clients wait for an answer, and at least (ms) after an operation that failed. */
  timeouts?: Timeouts;
  breath?: number;
  /** How clients come to the nodes and DNS servers; straight from this machine unless given. */
  ways?: Ways;
}

/**
 * Makes the tables anew, then starts all clients. Every operation goes into the history when its outcome is known.
 *
 * @throws {UserError} when the tables can't be made on every node
 */
export async function startWorkloads(
  inventory: Inventory,
  history: History,
  options: WorkloadOptions = {},
): Promise<Workloads> {
  const { workloads = [ledger(), bank(), counter(), lostUpdate(), readYourWrites()], ways } = options;
  const nodes: Nodes = Object.fromEntries(
    databasesOf(inventory).map(({ name, address }) => [name, pinned(inventory, address, undefined, ways)]),
  );
  const stopping = new AbortController();
  await makeTables(workloads, byName(inventory, stopping.signal, { ways }), nodes);

  const tally = new Tally(history);
  const { stage, clients } = newStage(inventory, tally, options, stopping.signal);
  const running = Promise.all(workloads.flatMap((workload) => workload.clients(stage)));
  // Told by stop; until then it must not end the process that has faults to heal.
  running.catch(() => {});
  return {
    stats: () => tally.stats(),
    stop: async () => {
      stopping.abort();
      await running.finally(() => clients.forEach((client) => void client.close()));
    },
    readFinal: async () => {
      for (const read of await readFinal(workloads, nodes)) tally.add(read);
    },
  };
}

const databasesOf = ({ hosts }: Inventory) => hosts.filter(({ roles }) => roles.includes("database"));

/** What the workloads run with, and all clients that they made. */
function newStage(
  inventory: Inventory,
  history: History,
  { rate = 1, timeouts, breath, ways }: WorkloadOptions,
  signal: AbortSignal,
) {
  const databases = databasesOf(inventory);
  const clients: Client[] = [];
  const added = (client: Client) => {
    clients.push(client);
    return client;
  };
  let names = 0;
  const stage: Stage = {
    nodes: databases.map(({ name }) => name),
    byName: ({ client, ...options } = {}) =>
      added(new Client(client ?? `name-${++names}`, byName(inventory, signal, { timeouts, ways, ...options }), signal)),
    pinned: (node) => {
      const { address } = databases.find(({ name }) => name === node)!;
      return added(new Client(node, pinned(inventory, address, timeouts, ways), signal));
    },
    repeat: (perSecond, operate) => pace(1_000 / (perSecond * rate), signal, operate, breath),
    record: async (client, facts, work) => {
      const t = now();
      const event = { kind: "op" as const, t, client: client.name, ...facts };
      try {
        const more = await work();
        history.add({ ...event, ...more, end: now(), node: client.node, outcome: "ok" } as Parameters<
          History["add"]
        >[0]);
        return true;
      } catch (error) {
        if (!(error instanceof Unacknowledged)) throw error;
        const { outcome, message } = error;
        history.add({ ...event, end: now(), node: client.node, outcome, error: message });
        return false;
      }
    },
  };
  return { stage, clients };
}
