import type { Checker } from "./checker.ts";
import { operations } from "./select.ts";
import { clock, nothing, verdict } from "./verdict.ts";

/** With `wsrep_sync_wait = 1` a write is seen on every node; without it a node may be behind, which is only counted. */
export const readYourWrites: Checker = {
  name: "read-your-writes",
  title: "With wsrep_sync_wait = 1 what was written is read on every node",
  kind: "safety",
  judge(events) {
    const read = operations(events, "read-your-writes", "reread").filter(
      ({ outcome, found }) => outcome === "ok" && found !== undefined,
    );
    const [waited, plain] = [1, 0].map((wait) => read.filter(({ syncWait }) => syncWait === wait)) as [
      typeof read,
      typeof read,
    ];
    if (waited.length === 0) return nothing("answered reread with wsrep_sync_wait = 1");
    const stale = plain.filter(({ found }) => !found).length;
    return verdict({
      violations: waited
        .filter(({ found }) => !found)
        .map(({ id, writtenAt, node, t }) => `${id}, written at ${writtenAt}, not found on ${node} at ${clock(t)}`),
      passed: `All ${waited.length} rereads with wsrep_sync_wait = 1 found the write; without it ${stale} of ${plain.length} did not.`,
      failed: "a write was not found by a reread with wsrep_sync_wait = 1",
      figures: { waited: waited.length, plain: plain.length, stale },
    });
  },
};
