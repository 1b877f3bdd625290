import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** A process as the kernel lists it. */
export interface Listed {
  pid: number;
  parent: number;
  /** Its arguments, a space between two. */
  command: string;
}

/** All processes of this container, those that ended meanwhile left out. */
export async function processes(proc = "/proc"): Promise<Listed[]> {
  const pids = (await readdir(proc)).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    pids.map(async (pid): Promise<Listed | undefined> => {
      try {
        const [stat, command] = await Promise.all(
          ["stat", "cmdline"].map((file) => readFile(join(proc, pid, file), "latin1")),
        );
        // The program's name stands in brackets, and may hold some itself.
        const parent = Number(/\) \S (\d+) [^)]*$/.exec(stat!)?.[1]);
        return { pid: Number(pid), parent, command: command!.replaceAll("\0", " ").trim() };
      } catch {
        return undefined;
      }
    }),
  );
  return all.filter((each) => each !== undefined);
}

/** Those that a process started, and what these started, however deep. */
export function startedBy(pid: number, all: readonly Listed[]): Listed[] {
  const byParent = Map.groupBy(all, ({ parent }) => parent);
  const below = (parent: number): Listed[] =>
    (byParent.get(parent) ?? []).flatMap((each) => [each, ...below(each.pid)]);
  return below(pid);
}
