import type { Container } from "dockerode";

/** Milliseconds between two heartbeats; the guard waits for ten seconds. */
const INTERVAL = 2_000;

/**
 * Sends a line to a guard's standard input every two seconds, until stopped. A guard that was restarted gets them again from
 * the next one on; none is sent for one that is gone.
 */
export function beat(container: Container): { stop(): void } {
  let input: NodeJS.ReadWriteStream | undefined;
  let attaching = false;

  const attach = async () => {
    attaching = true;
    try {
      const attached = await container.attach({ stream: true, stdin: true, hijack: true });
      const lost = () => {
        if (input === attached) input = undefined;
      };
      attached.on("error", lost).on("close", lost).on("end", lost);
      attached.resume();
      input = attached;
    } catch {
      // Not running just now: the next beat tries again.
    } finally {
      attaching = false;
    }
  };

  const once = async () => {
    if (!input && !attaching) await attach();
    input?.write("\n");
  };

  void once();
  const timer = setInterval(() => void once(), INTERVAL);
  return {
    stop() {
      clearInterval(timer);
      input?.end();
    },
  };
}
