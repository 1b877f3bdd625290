import type { Client } from "./client.ts";
import type { Stage, Workload } from "./workload.ts";

/** Inserts a second. */
const BY_NAME = 20;
const PINNED = 2;

/** Inserts a client's rows, so many a second, until the workloads stop. */
type Insert = (client: Client, rate: number) => Promise<void>;

const usual = (stage: Stage, insert: Insert) => [
  insert(stage.byName(), BY_NAME),
  ...stage.nodes.map((node) => insert(stage.pinned(node), PINNED)),
];

/**
 * Inserts, each with an id of its own: through the name, and at each node, or by the clients that are given. Ids only grow,
 * whoever inserts.
 */
export function ledger(clients: (stage: Stage, insert: Insert) => Promise<void>[] = usual): Workload {
  let last = 0;
  const insert = (stage: Stage, client: Client, rate: number) =>
    stage.repeat(rate, () => {
      const id = ++last;
      return stage.record(client, { workload: "ledger", op: "insert", id }, () =>
        client.write("INSERT INTO chaos_ledger (id, client) VALUES (?, ?)", [id, client.name]),
      );
    });
  return {
    name: "ledger",
    tables: ["CREATE OR REPLACE TABLE chaos_ledger (id BIGINT PRIMARY KEY, client VARCHAR(64) NOT NULL) ENGINE=InnoDB"],
    clients: (stage) => clients(stage, (client, rate) => insert(stage, client, rate)),
    final: async (session) => {
      const rows = await session.query("SELECT id FROM chaos_ledger ORDER BY id");
      return { workload: "ledger", ids: rows.map(([id]) => Number(id)) };
    },
  };
}
