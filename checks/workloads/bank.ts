import type { Stage, Workload } from "./workload.ts";

const ACCOUNTS = 10;
const BALANCE = 100;
/** A second. */
const TRANSFERS = 5;
const TOTALS = 2;

const SUM = "SELECT SUM(balance) FROM chaos_accounts";

/** Moves money between accounts, with a row in a log in the same transaction, and reads the sum of all meanwhile. */
export function bank(): Workload {
  return {
    name: "bank",
    tables: [
      "CREATE OR REPLACE TABLE chaos_accounts (id INT PRIMARY KEY, balance BIGINT NOT NULL) ENGINE=InnoDB",
      `INSERT INTO chaos_accounts VALUES ${Array.from({ length: ACCOUNTS }, (_, id) => `(${id}, ${BALANCE})`).join(", ")}`,
      "CREATE OR REPLACE TABLE chaos_transfers (id BIGINT PRIMARY KEY, payer INT NOT NULL, payee INT NOT NULL, amount BIGINT NOT NULL) ENGINE=InnoDB",
    ],
    clients: (stage) => [transfers(stage), totals(stage)],
    final: async (session) => {
      const log = await session.query("SELECT id FROM chaos_transfers ORDER BY id");
      const [row] = await session.query(SUM);
      return {
        workload: "bank",
        ids: log.map(([id]) => Number(id)),
        total: Number(row![0]),
        expected: ACCOUNTS * BALANCE,
      };
    },
  };
}

function transfers(stage: Stage): Promise<void> {
  const client = stage.byName();
  let id = 0;
  return stage.repeat(TRANSFERS, () => {
    id++;
    // Every pair of accounts comes up, each time with another amount.
    const from = id % ACCOUNTS;
    const to = (from + 1 + (id % (ACCOUNTS - 1))) % ACCOUNTS;
    const amount = 1 + (id % 7);
    return stage.record(client, { workload: "bank", op: "transfer", id, from, to, amount }, () =>
      client.transaction(async (query) => {
        await query("UPDATE chaos_accounts SET balance = balance - ? WHERE id = ?", [amount, from]);
        await query("UPDATE chaos_accounts SET balance = balance + ? WHERE id = ?", [amount, to]);
        await query("INSERT INTO chaos_transfers VALUES (?, ?, ?, ?)", [id, from, to, amount]);
      }),
    );
  });
}

function totals(stage: Stage): Promise<void> {
  const client = stage.byName();
  return stage.repeat(TOTALS, () =>
    stage.record(client, { workload: "bank", op: "total" }, async () => {
      const [row] = await client.read(SUM);
      return { total: Number(row![0]) };
    }),
  );
}
