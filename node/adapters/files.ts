import { mkdir, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { NO_UUID, type Read, readGrastate, readGvwstate } from "../bootstrap/index.ts";
import { type Capacity, readCapacity, readOrder } from "../foreign/files.ts";
import { readText } from "../foreign/shapes.ts";
import type { FileChange } from "../keeper/position.ts";
import type { Files } from "../ports.ts";
import { type Owner, readBytes, syncFolder, writeWhole } from "./write.ts";

/** Work at the data directory, one after the other: nothing is cleared there while a database is being made. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

export interface FilesConfig {
  /** The data directory. */
  data: string;
  /** What this life is told and tells: `/run/trivet`. */
  run: string;
  /** What changes while the database runs: `running.cnf` and `capacity`. */
  settings: string;
  /** A path on each file system that counts: that of the data, and that of the container, where Docker keeps its log. */
  disks: readonly string[];
  /** The database's user. */
  owner?: Owner;
  turn: Turn;
}

/** What an earlier life of this container was told, and told: above all an order, which is for one life alone. */
const TOLD = ["order", "waiting", "not-ready", "databases", "leaving", "full"];

/** Bytes of a file of a few lines. */
const MOST = 64 * 1024;

/** Galera's own form; it reads the values, and people the rest. */
const grastateText = (safe: 0 | 1, uuid: string, seqno: number) =>
  `# GALERA saved state\nversion: 2.1\nuuid:    ${uuid}\nseqno:   ${seqno}\nsafe_to_bootstrap: ${safe}\n`;

/** Where marks of a life, of a database that is being made, and of a transfer stand. */
export const marksOf = ({ data, run }: Pick<FilesConfig, "data" | "run">) => ({
  grastate: join(data, "grastate.dat"),
  forked: join(data, "grastate.forked"),
  view: join(data, "gvwstate.dat"),
  /** `begun`, then `ready`: what it stands beside is nobody's data. */
  installing: join(data, ".trivet-installing"),
  /** MariaDB's own mark of a transfer, and the folder in which mariadb-backup leaves what did not get to its place. */
  transfer: [join(data, "sst_in_progress"), join(data, ".sst")],
  order: join(run, "order"),
});

/** Removes all of a data directory but what the file system keeps there itself. */
export async function clearFolder(path: string): Promise<void> {
  for (const name of await readdir(path)) {
    if (name !== "lost+found") await rm(join(path, name), { recursive: true, force: true });
  }
  await syncFolder(path);
}

export function filesOf(config: FilesConfig): Files {
  const { data, run, settings, disks, owner, turn } = config;
  const marks = marksOf(config);
  const write = (text: string) => writeWhole(marks.grastate, text, 0o660, owner);
  const remove = async (...paths: string[]) => {
    for (const path of paths) await rm(path, { recursive: true, force: true });
    await syncFolder(data);
  };
  const move = async (from: string, to: string) => {
    await rename(from, to);
    await syncFolder(dirname(to));
  };

  const changes: Record<FileChange, () => Promise<void>> = {
    "drop-forked": () => remove(marks.forked),
    "put-aside-forked": () => move(marks.grastate, marks.forked),
    "give-up-data": async () => {
      await write(grastateText(0, NO_UUID, -1));
      await remove(marks.view);
    },
    "drop-transfer-mark": () => remove(...marks.transfer),
    "drop-installing-mark": () => remove(marks.installing),
    "drop-last-view": () => remove(marks.view),
    "clear-data": () => clearFolder(data),
    "safe-to-bootstrap": async () => {
      const text = await textOf(marks.grastate);
      const value = text === undefined ? undefined : readGrastate(text).value;
      // What is not of Galera's form has no position, and nothing is bootstrapped from it.
      if (value) await write(grastateText(1, value.uuid, value.seqno));
    },
  };

  return {
    beginLife: () =>
      turn(async () => {
        await mkdir(run, { recursive: true, mode: 0o750 });
        for (const name of TOLD) await rm(join(run, name), { recursive: true, force: true });
        // A fork that came to nothing leaves the old position; one that came about has made another one.
        if (!(await exists(marks.grastate)) && (await exists(marks.forked))) await move(marks.forked, marks.grastate);
        const view = await written(marks.view);
        return {
          grastate: await read("grastate.dat", marks.grastate, readGrastate),
          view:
            view === undefined
              ? undefined
              : await read("gvwstate.dat", marks.view, (text) => readGvwstate(text, Math.floor(view))),
          transfer: (await Promise.all(marks.transfer.map(exists))).includes(true),
          database: await exists(join(data, "mysql")),
          installing: await exists(marks.installing),
        };
      }),
    change: (wanted) =>
      turn(async () => {
        for (const change of wanted) await changes[change]();
      }),
    asksForData: () => exists(marks.transfer[0]!),
    async takeOrder() {
      let bytes: Uint8Array | undefined;
      try {
        bytes = await readBytes(marks.order, MOST);
        if (bytes === undefined) return undefined;
        // Gone before anybody looks at it, so that nobody obeys it twice.
        await rm(marks.order);
      } catch (error) {
        await rm(marks.order, { recursive: true, force: true }).catch(() => {});
        return { refused: `it can't be read and removed: ${(error as Error).message}` };
      }
      return readOrder(bytes);
    },
    async capacity() {
      const [conf, limits] = await Promise.all(
        ["running.cnf", "capacity"].map((name) => readBytes(join(settings, name), MOST).catch(() => undefined)),
      );
      // Both come together; a database that starts without the one would be another one.
      return conf?.length ? readCapacity(limits) : undefined;
    },
    async used(capacity) {
      // A disk that can't tell proves nothing.
      const all = await Promise.all(disks.map((path) => statfs(path, { bigint: true }).catch(() => undefined)));
      return Math.max(0, ...all.map((each) => (each ? usedPercent(each, capacity) : 0)));
    },
  };
}

/** The same sum as the database's function (components/galera/capacity.ts): percent with one digit behind the point. */
export function usedPercent(
  disk: { bsize: bigint; blocks: bigint; bfree: bigint; bavail: bigint },
  { counted }: Pick<Capacity, "counted">,
): number {
  const available = Number(disk.bavail * disk.bsize);
  const all = Number((disk.blocks - disk.bfree + disk.bavail) * disk.bsize);
  const size = counted > 0 ? Math.min(counted, all) : all;
  return available < size ? Math.round(1000 - (available * 1000) / size) / 10 : 0;
}

/** A text of this life or of the last one; undefined where there is none, or it is none. Throws when it can't be read. */
async function textOf(path: string): Promise<string | undefined> {
  const bytes = await readBytes(path, MOST);
  return bytes && readText(bytes, MOST);
}

/** What can't be read is not taken for nothing: it may be the newest. */
async function read<T>(name: string, path: string, reads: (text: string) => Read<T>): Promise<Read<T> | undefined> {
  try {
    const bytes = await readBytes(path, MOST);
    if (bytes === undefined) return undefined;
    const text = readText(bytes, MOST);
    return text === undefined ? { dropped: `${name} is no text of ${MOST} bytes at most` } : reads(text);
  } catch (error) {
    return { dropped: `${name} can't be read: ${(error as Error).message}` };
  }
}

const exists = async (path: string): Promise<boolean> => (await written(path)) !== undefined;

/** When it was last written, in seconds since 1970; undefined where it is not. Throws where nobody can tell. */
async function written(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs / 1000;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
