import { setTimeout } from "node:timers/promises";

/** Milliseconds that a client waits at least after an operation that failed, unless given. */
const BREATH = 100;

/**
 * Runs one operation after the other, begun at multiples of `interval` ms since the start: slots that a slow operation covers
 * are left out, so nothing piles up. Clients that start together keep meeting. Ends after the signal.
 *
 * @param operate gets the number of its slot; tells whether it was acknowledged
 * @param breath ms to wait at least after an operation that failed
 */
export async function pace(
  interval: number,
  signal: AbortSignal,
  operate: (slot: number) => Promise<boolean>,
  breath = BREATH,
): Promise<void> {
  const start = performance.now();
  for (let slot = 0; !signal.aborted; ) {
    const ok = await operate(slot);
    const elapsed = performance.now() - start;
    // A timer may fire a little early: no slot comes twice.
    slot = Math.max(slot + 1, nextSlot(elapsed, interval, ok, breath));
    await setTimeout(slot * interval - elapsed, undefined, { signal }).catch(() => {});
  }
}

/** The first slot that begins after `elapsed` ms, and after a breath when the operation failed. */
export const nextSlot = (elapsed: number, interval: number, ok: boolean, breath = BREATH): number =>
  Math.floor((elapsed + (ok ? 0 : breath)) / interval) + 1;
