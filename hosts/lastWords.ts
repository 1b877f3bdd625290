import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";

/** Lines at the end of a log that are looked at. */
const TAIL = 200;

/**
 * The line of a log that tells best why its program ended: the last one that looks like an error, else the last one.
 * Without control characters and without what looks like a secret; undefined when the log has no line.
 */
export function lastError(log: string): string | undefined {
  const lines = log
    .split(/\r?\n/)
    // Colours, and whatever else a terminal would obey.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to go
    .map((line) => line.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, "").replace(/[\u0000-\u001f\u007f-\u009f]/g, " "))
    // A line may be of any length, and it is looked through again and again below.
    .map((line) => line.trim().slice(0, 2_000))
    .filter(Boolean);
  const harmless =
    /\[(note|warning|info|debug)\]|\b(info|debug|notice|warn|warning)\b(?=[\s:\]/])|level=(info|debug|warn)/i;
  // Says that a program ends, and not why.
  const parting = /\baborting\.?$|\bshutdown complete\b|^exit(ed)?( with)? (status|code) \d+$/i;
  const failed =
    /\b(error|fatal|panic|emerg|alert|critical|fail(ed|s|ure)?|denied|refus(ed|es|ing)|can(no|')t|could not|unable|unexpected|unknown|invalid|unreadable|no such|not found|not permitted|exception|corrupt(ed|ion)?|out of memory|killed)\b/i;
  const found =
    lines.findLast((line) => failed.test(line) && !harmless.test(line) && !parting.test(line)) ??
    lines.findLast((line) => failed.test(line) && !parting.test(line)) ??
    lines.at(-1);
  return found
    ?.replace(/(:\/\/[^\s:/@]*):[^\s@]*@/g, "$1:***@")
    .replace(/(identified by|requirepass)\s+('[^']*'?|"[^"]*"?|\S+)/gi, "$1 ***")
    .replace(
      /\b([\w-]*(?:passw(?:or)?d|secret|token|api[-_]?key))(["']?\s*[=:]\s*)("[^"]*"?|'[^']*'?|[^\s,;]+)/gi,
      "$1$2***",
    )
    .slice(0, 300);
}

/**
 * That line of a container's log, of its latest lives where those said anything; undefined when there is none, or the log
 * can't be read.
 */
export async function lastWords(container: Docker.Container): Promise<string | undefined> {
  const read = async (since?: number) => {
    const framed = await container.logs({
      stdout: true,
      stderr: true,
      tail: TAIL,
      since,
      follow: false,
      abortSignal: AbortSignal.timeout(5_000),
    });
    const frames = Readable.from([framed]);
    const said = new PassThrough();
    container.modem.demuxStream(frames, said, said);
    frames.once("end", () => said.end());
    return lastError(await text(said));
  };
  try {
    const { State } = await container.inspect();
    // In the daemon's own time. What an earlier life complained of has nothing to do with the end of this one.
    const started = Math.floor(Date.parse(State.StartedAt) / 1_000) - 60;
    return (started > 0 ? await read(started) : undefined) ?? (await read());
  } catch {
    return undefined;
  }
}
