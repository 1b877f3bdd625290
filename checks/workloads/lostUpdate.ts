import type { Workload } from "./workload.ts";

const KEYS = 2;
/** Updates a second, of all clients together. */
const UPDATES = 4;

/**
 * Clients at different nodes read the same row at the same time and write it back one higher: of two that meet, one must fail.
 *
 * `FOR UPDATE` is there on purpose. Galera does not keep a plain SELECT followed by an UPDATE from losing updates at its default
 * isolation (MDEV-38976): the read is no part of what it certifies, and InnoDB lets a transaction write over a row that is newer
 * than its snapshot. With the lock the row read is the newest one of that node, and between nodes certification lets only the
 * first committer win: that much Galera promises, so that much is probed.
 */
export function lostUpdate(): Workload {
  return {
    name: "lost-update",
    tables: [
      "CREATE OR REPLACE TABLE chaos_registers (id INT PRIMARY KEY, value BIGINT NOT NULL) ENGINE=InnoDB",
      `INSERT INTO chaos_registers VALUES ${Array.from({ length: KEYS }, (_, key) => `(${key}, 0)`).join(", ")}`,
    ],
    clients: (stage) =>
      stage.nodes.map((node) => {
        const client = stage.pinned(node);
        return stage.repeat(UPDATES / stage.nodes.length, (slot) => {
          const key = slot % KEYS;
          return stage.record(client, { workload: "lost-update", op: "update", key }, () =>
            client.transaction(async (query) => {
              const [row] = await query("SELECT value FROM chaos_registers WHERE id = ? FOR UPDATE", [key]);
              const read = Number(row![0]);
              await query("UPDATE chaos_registers SET value = ? WHERE id = ?", [read + 1, key]);
              return { read };
            }),
          );
        });
      }),
    final: async (session) => {
      const rows = await session.query("SELECT value FROM chaos_registers ORDER BY id");
      return { workload: "lost-update", values: rows.map(([value]) => Number(value)) };
    },
  };
}
