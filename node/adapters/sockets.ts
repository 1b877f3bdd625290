import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const STATES = { established: "01", listening: "0A" } as const;
type State = keyof typeof STATES;

/** A line of `/proc/net/tcp` or `tcp6` for a socket that has the port as its own, in that state. */
function lineOf(port: number, state: State): RegExp {
  const own = port.toString(16).toUpperCase().padStart(4, "0");
  return new RegExp(`^ *\\d+: [0-9A-F]+:${own} [0-9A-F]+:[0-9A-F]{4} ${STATES[state]} `, "m");
}

/**
 * Whether somebody listens at that port, in the words of `/proc/net/tcp`: read, not tried, since a connection that is closed without a login
 * leaves a warning in the database's log, and a database that is stopped still takes connections.
 */
export const listens = (list: string, port: number): boolean => lineOf(port, "listening").test(list);

/** The kernel's list of this network's sockets; without an entry where it can't be read. */
export function sockets(path = "/proc/net/tcp"): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** Whether a TCP socket of this network has the port as its own, in that state. */
export async function hasSocket(port: number, state: State, proc = "/proc"): Promise<boolean> {
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(join(proc, "self/net", name), "latin1").catch(() => "")),
  );
  return tables.some((table) => lineOf(port, state).test(table));
}
