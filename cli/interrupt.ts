/**
 * A signal for work that may be ended early. The first Ctrl-C (or SIGTERM) ends it in order, saying so; the second
 * leaves at once.
 */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    console.error("\nInterrupted: the running steps are finished and the state is saved. Ctrl-C again leaves at once.");
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}
