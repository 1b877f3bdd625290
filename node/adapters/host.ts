import { chown, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { providerOptions } from "../keeper/providerOptions.ts";
import { type Owner, writeWhole } from "./write.ts";

/** Where a database's container has its things. */
export interface Places {
  data: string;
  run: string;
  /** A path on each file system that counts. */
  disks: readonly string[];
  given: string;
  /** What changes while the database runs. */
  settings: string;
  /** What MariaDB reads. */
  options: string;
  sockets: string;
}

/** Single files among them. */
export const paths = ({ data, given, settings, sockets }: Places) => ({
  /** What the keeper must know before it does anything (components/galera/keeper.ts). */
  keeper: join(given, "keeper.json"),
  running: join(settings, "running.cnf"),
  /** Statements that make its databases and users. */
  statements: join(given, "databases.sql"),
  /** Stands once this node was in a whole cluster. */
  whole: join(data, ".trivet-was-whole"),
  socket: join(sockets, "mysqld.sock"),
});

export const places: Places = {
  data: "/var/lib/mysql",
  run: "/run/trivet",
  /** Where Docker keeps a container's log is the file system of its root. */
  disks: ["/var/lib/mysql", "/"],
  given: "/etc/trivet/galera",
  settings: "/etc/trivet/galera/running",
  options: "/etc/mysql/mariadb.conf.d",
  sockets: "/run/mysqld",
};

/** The database's user. @throws where the image has none */
export async function ownerOf(user: string, passwd = "/etc/passwd"): Promise<Owner> {
  const line = (await readFile(passwd, "utf8")).split("\n").find((each) => each.startsWith(`${user}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`${passwd} has no user ${user}`);
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * What the chaos suite wants a database to have in its environment, a clock of its own: `NAME=value`, a line each. The keeper itself does not
 * have it, since it must see that clock as wrong.
 */
export async function testEnvironment(path = "/etc/trivet/environment"): Promise<Record<string, string>> {
  const text = await readFile(path, "utf8").catch(() => "");
  return Object.fromEntries(text.matchAll(/^([A-Z_]+)=(.*)$/gm).map(([, name, value]) => [name!, value!]));
}

/** What MariaDB finds in any of its runs, that which only reads a position among them. Throws where it can't be made. */
export async function prepareLife(owner: Owner, { data, given, options, sockets }: Places = places): Promise<void> {
  await mkdir(sockets, { recursive: true, mode: 0o755 });
  for (const folder of [sockets, data]) await chown(folder, owner.uid, owner.gid);
  await writeWhole(join(options, "90-trivet.cnf"), await readFile(join(given, "node.cnf"), "utf8"));
}

/** What MariaDB reads at a start of its own, as it is now; gives the options that follow from it. */
export async function prepareStart(fixed: string, { settings, options }: Places = places): Promise<string[]> {
  const conf = await readFile(join(settings, "running.cnf"), "utf8");
  await writeWhole(join(options, "95-trivet.cnf"), conf);
  return [`--wsrep-provider-options=${providerOptions(fixed, conf)}`];
}
