import { setTimeout as sleep } from "node:timers/promises";
import { now } from "../history/events.ts";

/** Waits that many milliseconds, or until the signal aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, milliseconds), undefined, { signal }).catch(() => {});
}

/** Looks every so many milliseconds, one look at a time, until the signal aborts. `look` must not reject. */
export async function every(
  milliseconds: number,
  signal: AbortSignal,
  look: (began: number) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const t = now();
    await look(t);
    await pause(t + milliseconds - now(), signal);
  }
}
