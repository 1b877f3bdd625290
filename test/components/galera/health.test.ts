import test from "ava";
import { ran } from "./script.ts";

const note = ".trivet-was-whole";

/** Whether the script notes that the cluster was whole, of three hosts, when the database answers so; and its exit code. */
async function noted(size: number, state = 4) {
  const { exitCode, asked } = await ran(
    "health",
    {
      "disk-used": "echo 10",
      mariadb: `printf 'wsrep_cluster_status\\tPrimary\\nwsrep_local_state\\t${state}\\nwsrep_local_state_comment\\tSynced\\nwsrep_ready\\tON\\nwsrep_cluster_size\\t${size}\\nwsrep_cluster_state_uuid\\tu\\nread_only\\t0\\ntime\\t1\\n'`,
      touch: 'ask "$(basename "$1")"',
    },
    {
      "etc/hosts": "198.18.1.11 db1\n198.18.2.11 db2\n198.18.3.11 db3\n",
      "etc/galera/clock": "echo 0 clock right",
      "etc/galera/running": "",
    },
  );
  return { exitCode, asked };
}

test("a fit node of a whole cluster notes that, for good", async (t) => {
  t.deepEqual(await noted(3), { exitCode: 0, asked: [note] });
});
test("a fit one of a smaller cluster does not", async (t) => {
  t.deepEqual(await noted(2), { exitCode: 0, asked: [] });
});
test("nor does one that is not Synced", async (t) => {
  t.deepEqual(await noted(3, 2), { exitCode: 1, asked: [] });
});
