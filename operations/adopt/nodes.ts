import type { ServiceRecord } from "../../core/inventory.ts";
import { exec } from "../../hosts/exec.ts";
import { rowsOf } from "./ask.ts";
import { comparedVariables } from "./facts.ts";

/** One of Trivet's nodes, as it sees itself and the cluster. */
export interface NodeSeen {
  host: string;
  /** Whether its database answers. */
  answers: boolean;
  status?: string;
  /** 4 is Synced. */
  localState?: number;
  ready?: boolean;
  uuid?: string;
  size?: number;
  /** Names of all members of its view. */
  view: string[];
}

/** Milliseconds for one look. */
export const LOOK = 15_000;

/** Runs a statement on a node as its root. @throws where there is no answer, with the client's words */
export async function onNode(node: ServiceRecord, sql: string, signal?: AbortSignal): Promise<string[][]> {
  const command = ["mariadb", "--socket=/run/mysqld/mysqld.sock", "--user=root", "--connect-timeout=2"];
  const { code, stdout, output } = await exec(
    node,
    [...command, "--batch", "--skip-column-names", "-e", sql],
    LOOK,
    signal,
  );
  if (code !== 0) throw new Error(output || `the client ended with ${code}`);
  return rowsOf(stdout);
}

const question = `
SELECT LOWER(variable_name), variable_value FROM information_schema.global_status WHERE variable_name IN
  ('wsrep_cluster_status', 'wsrep_local_state', 'wsrep_ready', 'wsrep_cluster_state_uuid', 'wsrep_cluster_size');
SELECT 'member', name FROM information_schema.wsrep_membership;`;

/** Never rejects: a node that can't be asked does not answer. */
export async function seeNode(node: ServiceRecord, signal?: AbortSignal): Promise<NodeSeen> {
  const { host } = node;
  try {
    const rows = await onNode(node, question, signal);
    const of = (name: string) => rows.find(([first]) => first === name)?.[1];
    return {
      host,
      answers: true,
      status: of("wsrep_cluster_status"),
      localState: Number(of("wsrep_local_state")),
      ready: of("wsrep_ready") === "ON",
      uuid: of("wsrep_cluster_state_uuid"),
      size: Number(of("wsrep_cluster_size")),
      view: rows.filter(([first]) => first === "member").map(([, name]) => name!),
    };
  } catch {
    signal?.throwIfAborted();
    return { host, answers: false, view: [] };
  }
}

/** Of one node, what a client may notice. */
export async function variablesOf(node: ServiceRecord): Promise<Map<string, string>> {
  const names = comparedVariables.map((name) => `'${name}'`).join(", ");
  const rows = await onNode(
    node,
    `SELECT LOWER(variable_name), variable_value FROM information_schema.global_variables WHERE variable_name IN (${names})`,
  );
  return new Map(rows.map(([name, text = ""]) => [name!, text]));
}
