/** Exit code of a program whose reader has gone, as a shell tells of SIGPIPE: 128 + 13. */
const BROKEN_PIPE = 141;

let ends = true;

/**
 * Ends the program quietly when nobody reads what it prints any more (`trivet status | head -1`), as other tools do. To be
 * called once, first of all.
 */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // Also when a terminal is gone (EIO).
      if (ends) process.exit(error.code === "EPIPE" ? BROKEN_PIPE : 1);
    });
  }
}

/** From now on the work goes on without a reader: it must not end half-way. */
export function goOnWithoutReader(): void {
  ends = false;
}

/**
 * Ends the program, once all that it printed has been taken. Without this Node would take itself apart, and can wait for ever then, with a
 * core busy, for a request that it has lost count of: a chaos run after Ctrl-C spun in Node 24.21's `Environment::CleanupHandles`.
 */
export async function end(): Promise<never> {
  const taken = [process.stdout, process.stderr].map(
    (stream) => new Promise<void>((resolve) => stream.write("", () => resolve())),
  );
  await Promise.all(taken);
  process.exit();
}
