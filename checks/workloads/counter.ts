import type { Workload } from "./workload.ts";

/** A second. */
const INCREMENTS = 5;

/** Adds one to one number, in autocommit through the name. */
export function counter(): Workload {
  return {
    name: "counter",
    tables: [
      "CREATE OR REPLACE TABLE chaos_counter (id INT PRIMARY KEY, value BIGINT NOT NULL) ENGINE=InnoDB",
      "INSERT INTO chaos_counter VALUES (0, 0)",
    ],
    clients: (stage) => {
      const client = stage.byName();
      return [
        stage.repeat(INCREMENTS, () =>
          stage.record(client, { workload: "counter", op: "increment" }, () =>
            client.write("UPDATE chaos_counter SET value = value + 1 WHERE id = 0"),
          ),
        ),
      ];
    },
    final: async (session) => {
      const [row] = await session.query("SELECT value FROM chaos_counter WHERE id = 0");
      return { workload: "counter", value: Number(row![0]) };
    },
  };
}
