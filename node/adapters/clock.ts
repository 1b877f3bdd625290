import { setTimeout } from "node:timers/promises";
import type { Clock } from "../ports.ts";

/** The kernel's monotonic clock, and timers that go by it: nobody sets them (docs/decisions/0026). */
export const monotonic: Clock = {
  now: () => performance.now(),
  sleep: (duration, signal) => setTimeout(duration, undefined, { signal }).catch(() => {}),
};
