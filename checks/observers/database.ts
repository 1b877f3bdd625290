import { galera } from "../../components/galera/facts.ts";
import { type Inventory, servicesOf } from "../../core/inventory.ts";
import { galeraClock } from "./clock.ts";
import { lookInside, perSession } from "./inside.ts";
import { hostAt, type Observer } from "./site.ts";

/** Each database node as it sees itself, twice a second, over its socket; its clock comes with it. */
export const observeDatabases: Observer = ({ inventory, signal, record }) =>
  servicesOf(inventory, galera.name).map((service) => {
    const { host } = service;
    const clock = galeraClock(host, record);
    return lookInside(
      {
        service,
        script: perSession(client),
        every: 500,
        question: () => query,
        parse: (answer) => parseDatabase(answer, inventory),
        record: (span, facts) => {
          const { time, ...state } = facts ?? {};
          record({ kind: "look", what: "database", host, ...span, ...state });
          if (time !== undefined) clock(span, time);
        },
      },
      signal,
    );
  });

/** Plain local reads, as they are with `wsrep_sync_wait` 0; nothing may hang on a lock. */
const client = `mariadb --socket=/run/mysqld/mysqld.sock --user=root --batch --skip-column-names --unbuffered --force \\
  --reconnect --connect-timeout=1 --init-command='SET SESSION wsrep_sync_wait=0, max_statement_time=1'`;

const variables = [
  "wsrep_cluster_status",
  "wsrep_local_state",
  "wsrep_ready",
  "wsrep_cluster_size",
  "wsrep_cluster_conf_id",
  "wsrep_cluster_state_uuid",
  "wsrep_incoming_addresses",
];

/** The clock comes first: its error is what the rest takes. The last row is the mark. */
const query = [
  "SELECT 'time', UTC_TIMESTAMP(6)",
  `SHOW GLOBAL STATUS WHERE variable_name IN (${variables.map((name) => `'${name}'`).join(", ")})`,
  "SELECT 'read_only', @@GLOBAL.read_only",
  "SELECT 'newest', MAX(id) FROM trivet_app.chaos_ledger",
  "SELECT CHAR(30);",
].join("; ");

/** Table or database that is not there; a node that is not primary refuses. */
const MISSING = ["1146", "1049"];
const REFUSED = "1047";

/** What the client printed. `time`: the server's clock, ms since 1970. @throws when it tells no state at all */
export function parseDatabase(answer: string, inventory: Pick<Inventory, "hosts">) {
  const lines = answer.split("\n");
  const errors = lines.flatMap((line) => /^ERROR (\d+).*/.exec(line) ?? []);
  const values = new Map<string, string | undefined>(
    lines.map((line) => line.split("\t", 2) as [string, string | undefined]),
  );
  const value = (name: string) => values.get(name) || undefined;
  const status = value("wsrep_cluster_status");
  if (status === undefined) throw new Error(errors[0] ?? `no state in "${answer.slice(0, 100)}"`);
  const number = (name: string) => (value(name) === undefined ? undefined : Number(value(name)));
  const readOnly = value("read_only");
  const time = value("time");
  return {
    time: time === undefined ? undefined : Date.parse(`${time.replace(" ", "T")}Z`),
    status,
    state: number("wsrep_local_state"),
    ready: value("wsrep_ready") === "ON",
    readOnly: readOnly === undefined ? undefined : readOnly !== "0" && readOnly !== "OFF",
    size: number("wsrep_cluster_size"),
    view: number("wsrep_cluster_conf_id"),
    uuid: value("wsrep_cluster_state_uuid"),
    members: (value("wsrep_incoming_addresses") ?? "")
      .split(",")
      .filter(Boolean)
      .map((address) => hostAt(inventory, address)),
    newest: newest(errors, value("newest")),
  };
}

/** Of an empty ledger the highest id is 0. */
function newest(errors: string[], value: string | undefined): number | null | undefined {
  if (errors.includes(REFUSED)) return null;
  if (errors.some((code) => MISSING.includes(code)) || value === undefined) return undefined;
  return value === "NULL" ? 0 : Number(value);
}
