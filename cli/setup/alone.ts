import { tmpdir } from "node:os";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import { UserError } from "../../core/errors.ts";
import type { Say } from "../show/tasks.ts";

/** Milliseconds that a run waits for its turn: what another one does on a slow machine may take its time. */
const TURN = 60 * 60_000;

/**
 * Does something that only one run at a time may do on this machine.
 *
 * @param name of the lock, the same for all who may not meet
 * @param does what another run that holds it does: "builds images"
 * @throws {UserError} when another run held it for an hour
 */
export async function alone<T>(name: string, does: string, say: Say, work: () => Promise<T>): Promise<T> {
  const path = join(tmpdir(), `trivet-${name}`);
  say(`waiting for another run that ${does}`);
  const unlock = await lock(path, {
    realpath: false,
    stale: 10_000,
    retries: { retries: TURN / 1_000, factor: 1, minTimeout: 1_000, maxTimeout: 1_000 },
  }).catch((error) => {
    throw new UserError(
      `Another run that ${does} held ${path}.lock for ${TURN / 60_000} minutes (${error.message}), and nothing was done. ` +
        "Wait for that run to end; when there is none, remove that folder.",
    );
  });
  try {
    return await work();
  } finally {
    await unlock();
  }
}
