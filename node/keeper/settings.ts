import { z } from "zod";
import { isNodeName } from "../bootstrap/index.ts";
import { address, readText } from "../foreign/shapes.ts";

/** Bytes: a cluster has a few hundred nodes at the most. */
const MOST = 64 * 1024;

const name = z.string().refine(isNodeName, "is no node's name");
const line = z.string().regex(/^[^\p{Cc}]{1,4096}$/u, "is no single line");
const named = z.object({ name, address });
const micros = z.int().positive();

/**
 * What a keeper must know before it does anything; each change replaces its container. What changes while the database runs is in files of
 * their own, `running.cnf` and `capacity`.
 */
const settings = z.object({
  /** The cluster's name in Galera. */
  cluster: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/, "is no cluster's name"),
  self: named,
  /** All other nodes with data. Those that others made have no keeper, and are asked as databases. */
  peers: z.array(named.extend({ adopted: z.boolean().default(false) })).max(255),
  /** Members that vote and have no data. */
  arbitrators: z.int().min(0).max(255),
  /** `wsrep_provider_options` that are read at a start alone. */
  providerOptions: line,
  /** Users of the database that are no clients, beside root and MariaDB's own. */
  ours: z.array(name).max(32),
  /** The user that may see the state of any server. */
  monitor: z.object({ user: line, password: line }),
  /** By which keepers know each other's word: 32 bytes in base64. */
  key: z.string().regex(/^[A-Za-z0-9+/]{43}=$/, "is no key"),
  /** Of Consul's agent on this host. */
  consul: z.url({ protocol: /^http$/ }),
  /** Its services that this node leaves before it stops. */
  consulServices: z.array(name).max(32),
  /** The time that its clock is compared with, and how far that may be off, in microseconds. */
  clock: z.object({ servers: z.array(address).max(32), warning: micros, critical: micros }),
});

export type KeeperSettings = z.output<typeof settings>;
/** As the component writes them. */
export type KeeperFile = z.input<typeof settings>;

/** Reads them strictly, or says in one line what is wrong. What it does not know is for a later version. */
export function readSettings(bytes: Uint8Array): { value: KeeperSettings } | { refused: string } {
  const text = readText(bytes, MOST);
  if (text === undefined) return { refused: `it is no text of ${MOST} bytes at most` };
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return { refused: "it is no JSON" };
  }
  const { data, error } = settings.safeParse(given);
  if (data) {
    const twice = [data.self, ...data.peers].find((one, at, all) =>
      all.some((other, n) => n < at && other.name === one.name),
    );
    return twice ? { refused: `two nodes have the name ${twice.name}` } : { value: data };
  }
  const [issue] = error.issues;
  return { refused: `${issue!.path.join(".") || "it"}: ${issue!.message}` };
}
