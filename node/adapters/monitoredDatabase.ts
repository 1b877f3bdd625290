import { readDatabaseState } from "../foreign/ownDatabase.ts";
import type { HealthPorts } from "../health/answers.ts";
import { type Login, sessionOf } from "./session.ts";

/** Milliseconds: Consul gives a check 2 s for all of it, the clock and the other nodes included. */
const LIMIT = 1_500;

const STATE = `SELECT
  ${[
    "wsrep_cluster_status",
    "wsrep_local_state",
    "wsrep_local_state_comment",
    "wsrep_ready",
    "wsrep_cluster_size",
    "wsrep_cluster_state_uuid",
  ]
    .map((name) => `MAX(IF(variable_name = '${name}', variable_value, NULL)) AS ${name}`)
    .join(",\n  ")},
  @@global.read_only AS read_only, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) AS time
  FROM information_schema.global_status WHERE variable_name LIKE 'wsrep%'`;

/** The wall clock: it is what is judged. */
const micros = (): number => Date.now() * 1_000;

/** The database as its monitor sees it. The connection is kept, so that a check starts nothing. */
export function monitoredDatabaseOf(login: Login): HealthPorts["database"] & { close(): void } {
  const session = sessionOf(login);
  return {
    async read() {
      const before = micros();
      const answer = await session.ask(STATE, LIMIT);
      const after = micros();
      const state = "rows" in answer ? readDatabaseState(answer.rows[0]) : undefined;
      return state && { state, time: { said: state.time, before, after } };
    },
    close: () => session.close(),
  };
}
