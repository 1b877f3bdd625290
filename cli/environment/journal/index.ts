import { randomUUID } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { commitOf } from "../../project.ts";
import { type End, type Entry, entriesOf } from "./entries.ts";
import { append, journalFile, readLines } from "./file.ts";

export type { Entry } from "./entries.ts";

/** What a command has to tell of itself when it is over. */
export type Told = Pick<End, "changes" | "domains">;

/**
 * Does what changes an environment, and writes down who did what, when, and how it ended: its beginning before anything is done, so that
 * also a run is known that ended with its machine. A history that can't be written keeps nobody from the work: that is said on stderr.
 *
 * @param signal says that it was interrupted
 * @param work may tell what it did, also when it fails then
 */
export async function inHistory<T>(
  environment: string,
  work: (told: Told) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const id = randomUUID();
  const write = async (line: Parameters<typeof append>[1]) =>
    append(await journalFile(environment), line).catch((error: Error) =>
      console.error(`warning: the history of ${environment} can't be written: ${error.message}`),
    );
  const at = () => new Date().toISOString();
  const { username: user } = userInfo();
  const command = process.argv.slice(2).join(" ");
  const commit = await commitOf();
  await write({
    ...{ version: 1, kind: "begin", id, at: at(), user, machine: hostname(), command },
    ...(commit && { commit }),
  });
  const told: Told = {};
  const end = (result: End["result"], error?: unknown) =>
    write({
      ...{ version: 1, kind: "end", id, at: at(), result, ...told },
      ...(error !== undefined && { error: firstLine(error) }),
    });
  try {
    const result = await work(told);
    await end("done");
    return result;
  } catch (error) {
    await end(signal?.aborted ? "interrupted" : "failed", error);
    throw error;
  }
}

/** What was done to an environment, oldest first. */
export const historyOf = async (environment: string): Promise<Entry[]> =>
  entriesOf(await readLines(await journalFile(environment)));

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first = "", second] = message.trim().split("\n");
  // "Bringing up dev failed:" says nothing without the line after it.
  return first.endsWith(":") && second ? `${first} ${second.trim().replace(/^- /, "")}` : first;
}
