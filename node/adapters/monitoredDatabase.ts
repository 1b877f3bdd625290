import { readDatabaseState } from "../foreign/ownDatabase.ts";
import type { HealthPorts } from "../health/answers.ts";
import { type Login, sessionOf, statusColumns } from "./session.ts";
import { timeSql, wallClock } from "./time.ts";

/** Milliseconds: Consul gives a check 2 s for all of it, the clock and the other nodes included. */
const LIMIT = 1_500;

const STATE = `SELECT
  ${statusColumns([
    "wsrep_cluster_status",
    "wsrep_local_state",
    "wsrep_local_state_comment",
    "wsrep_ready",
    "wsrep_cluster_size",
    "wsrep_cluster_state_uuid",
  ])},
  @@global.read_only AS read_only, ${timeSql} AS time
  FROM information_schema.global_status WHERE variable_name LIKE 'wsrep%'`;

/** The database as its monitor sees it. The connection is kept, so that a check starts nothing. */
export function monitoredDatabaseOf(login: Login): HealthPorts["database"] & { close(): void } {
  const session = sessionOf(login);
  return {
    async read() {
      const before = wallClock();
      const answer = await session.ask(STATE, LIMIT);
      const after = wallClock();
      const state = "rows" in answer ? readDatabaseState(answer.rows[0]) : undefined;
      return state && { state, time: { said: state.time, before, after } };
    },
    close: () => session.close(),
  };
}
