import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { UserError } from "../../core/errors.ts";
import type { Event, History } from "./events.ts";

/** A history on disk: JSON lines, appended as events come. */
export interface HistoryFile extends History {
  /** Everything is with the operating system. Rejects when something could not be written. */
  close(): Promise<void>;
}

/** Opens a new history. @throws when the file exists: a history is never overwritten. */
export async function openHistory(path: string): Promise<HistoryFile> {
  await mkdir(dirname(path), { recursive: true });
  const stream = createWriteStream(path, { flags: "ax" });
  const written = finished(stream);
  // Told by close; until then it must not end the process that has faults to heal.
  written.catch(() => {});
  return {
    add: (event) => void stream.write(`${JSON.stringify(event)}\n`),
    close: async () => {
      stream.end();
      await written;
    },
  };
}

/** Reads a history, in the order of its times. A last line that was cut off (a crash) is left out. @throws {UserError} on any other that is no event */
export async function readHistory(path: string): Promise<Event[]> {
  const events: Event[] = [];
  let broken: { line: number; text: string } | undefined;
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (broken) throw notAnEvent(path, broken);
    try {
      events.push(JSON.parse(text));
    } catch {
      broken = { line, text };
    }
  }
  return events.sort((a, b) => a.t - b.t);
}

const notAnEvent = (path: string, { line, text }: { line: number; text: string }) =>
  new UserError(
    `${path}, line ${line}: expected one event as JSON, found "${text.slice(0, 60)}". Take the file from its run again.`,
  );
