import { readdir, readFile, readlink } from "node:fs/promises";

const LISTEN = "0A"; // proc_pid_net(5): TCP_LISTEN

/** Which program listens on a TCP port of this machine, in words; undefined where /proc does not tell. */
export async function listenerOf(port: number): Promise<string | undefined> {
  const tables = await Promise.all(
    ["/proc/net/tcp", "/proc/net/tcp6"].map((file) => readFile(file, "utf8").catch(() => "")),
  );
  const socket = tables.map((table) => listeningSocket(table, port)).find(Boolean);
  if (!socket) return undefined;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const file of files) {
      const target = await readlink(`/proc/${pid}/fd/${file}`).catch(() => "");
      if (target !== `socket:[${socket}]`) continue;
      const name = (await readFile(`/proc/${pid}/comm`, "utf8")).trim();
      return `${name} (process ${pid})`;
    }
  }
  return undefined;
}

/** The inode of the socket that listens on a port, from the text of /proc/net/tcp. */
export function listeningSocket(table: string, port: number): string | undefined {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  for (const line of table.split("\n").slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state === LISTEN && local?.split(":")[1] === wanted) return inode;
  }
  return undefined;
}
