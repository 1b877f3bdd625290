import { goOnWithoutReader } from "./pipes.ts";

/**
 * A signal for work that may be ended early. The first Ctrl-C (or SIGTERM, or the loss of the terminal) ends it in order,
 * saying what is done until then; the second leaves at once.
 */
export function interruptible(meanwhile = "the running steps are finished and the state is saved"): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    console.error(`\nInterrupted: ${meanwhile}. Ctrl-C again leaves at once.`);
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  process.on("SIGHUP", onSignal);
  // With the terminal or the reader gone there is nobody to tell: that must not end the work that is left.
  goOnWithoutReader();
  return controller.signal;
}
