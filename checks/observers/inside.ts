import pLimit from "p-limit";
import type { ServiceRecord } from "../../core/inventory.ts";
import { now } from "../history/events.ts";
import { pause } from "./pace.ts";
import { mark, openShell, type Shell } from "./shell.ts";
import type { Span } from "./site.ts";

/** Milliseconds until a shell that could not be opened, or broke, is opened again. */
const REOPEN = 1_000;
/** Milliseconds without an answer that count as none. */
const TIMEOUT = 2_000;
/** Shells opened at a time: each start costs the machine some 50 ms of work. */
const opening = pLimit(4);

/** A look that is taken again and again inside a service's container, whatever its links are like. */
export interface InsideLook<Facts> {
  service: ServiceRecord;
  /** Bash that reads questions and answers them: {@link perLook} or {@link perSession}. */
  script: string;
  /** Milliseconds between the beginnings of two looks. */
  every: number;
  /** Milliseconds without an answer that count as none, {@link TIMEOUT} unless given. */
  timeout?: number;
  /** What to write for one look, an empty line unless given. */
  question?: () => string;
  /** Tells the line that ends an answer; the mark unless given. */
  ends?: (line: string) => boolean;
  /** @throws when the answer is none: the message is the look's error */
  parse(answer: string): Facts;
  record(span: Span, facts?: Facts): void;
}

/**
 * Looks until the signal aborts; nothing is left in the container then. The suite gives the beat and keeps the time: a
 * container whose clock is wrong, or that stands still, still has its looks at the right times. Never rejects.
 */
export async function lookInside<Facts>(look: InsideLook<Facts>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const t = now();
    let shell: Shell | undefined;
    try {
      shell = await opening(() => openShell(look.service, look.script, signal));
      await lookThrough(shell, look, signal);
    } catch (error) {
      if (!shell && !signal.aborted) look.record({ t, end: now(), error: reason(error) });
    } finally {
      await shell?.close();
    }
    await pause(REOPEN, signal);
  }
}

/** Looks through one shell until it breaks, which is the last look's error, or the signal aborts. */
async function lookThrough<Facts>(shell: Shell, look: InsideLook<Facts>, signal: AbortSignal): Promise<void> {
  const { every, timeout = TIMEOUT, question = () => "", ends = (line) => line === mark } = look;
  while (!signal.aborted) {
    const t = now();
    let answer: string;
    try {
      ({ text: answer } = await shell.ask(question(), ends, timeout));
    } catch (error) {
      if (!signal.aborted) look.record({ t, end: now(), error: reason(error) });
      return;
    }
    const span = { t, end: now() };
    let facts: Facts | undefined;
    try {
      facts = look.parse(answer);
    } catch (error) {
      look.record({ ...span, error: reason(error) });
    }
    if (facts) look.record(span, facts);
    await pause(t + every - now(), signal);
  }
}

const reason = (error: unknown): string => (error as Error).message.trim().slice(0, 200);

/** Runs `command` for each question, which it has in `$question`. It ends 10 s after the last one. */
export const perLook = (command: string, before = ":"): string => `exec 2>&1
${before}
look() {
${command}
}
while IFS= read -r -t 10 question; do look < /dev/null; printf '\\n\\036\\n'; done`;

/**
 * Hands all questions to one `program`, which saves a process per look. It ends 10 s after the last one, or with the program:
 * so only the reading shell and the program may hold the output open.
 */
export const perSession = (program: string): string => `exec 2>&1
exec 4> >(${program}; kill $$ 2> /dev/null)
while IFS= read -r -t 10 question; do printf '%s\\n' "$question" >&4; done`;
