import type { Stage, Workload } from "./workload.ts";

/** A second, of all clients together. */
const REREADS = 2;

/** Writes at one node and reads it at once at another, in turn with `wsrep_sync_wait` 0 (may be stale) and 1 (must not). */
export function readYourWrites(): Workload {
  let last = 0;
  return {
    name: "read-your-writes",
    tables: ["CREATE OR REPLACE TABLE chaos_rereads (id BIGINT PRIMARY KEY) ENGINE=InnoDB"],
    clients: (stage) => (stage.nodes.length < 2 ? [] : stage.nodes.map((node) => rereads(stage, node, () => ++last))),
  };
}

/** What `node` gives of writes at the other nodes, in turn. */
function rereads(stage: Stage, node: string, newId: () => number): Promise<void> {
  const reader = stage.pinned(node);
  const writers = stage.nodes.filter((other) => other !== node).map((other) => stage.pinned(other));
  return stage.repeat(REREADS / stage.nodes.length, (slot) => {
    const writer = writers[slot % writers.length]!;
    const syncWait = Math.floor(slot / writers.length) % 2 ? 1 : 0;
    const id = newId();
    const facts = { workload: "read-your-writes", op: "reread", id, writtenAt: writer.name, syncWait } as const;
    return stage.record(reader, facts, async () => {
      // Before the write, so that the read follows it without delay.
      await reader.read("SET SESSION wsrep_sync_wait = ?", [syncWait]);
      await writer.write("INSERT INTO chaos_rereads VALUES (?)", [id]);
      const rows = await reader.read("SELECT id FROM chaos_rereads WHERE id = ?", [id]);
      return { found: rows.length === 1 };
    });
  });
}
