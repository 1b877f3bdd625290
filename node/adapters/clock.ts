import type { Clock } from "../ports.ts";

/** The kernel's monotonic clock, and timers that go by it: nobody sets them (docs/decisions/0026). */
export const monotonic: Clock = {
  now: () => performance.now(),
  sleep: (duration, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, duration);
      signal.addEventListener("abort", end, { once: true });
    }),
};
