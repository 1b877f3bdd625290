import { readFileSync } from "node:fs";

/**
 * Whether somebody listens at that port, in the words of `/proc/net/tcp`: read, not tried, since a connection that is closed without a login
 * leaves a warning in the database's log, and a database that is stopped still takes connections.
 */
export const listens = (list: string, port: number): boolean =>
  new RegExp(`^ *\\d+: [0-9A-F]+:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A `, "m").test(
    list,
  );

/** The kernel's list of this network's sockets; without an entry where it can't be read. */
export function sockets(path = "/proc/net/tcp"): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
