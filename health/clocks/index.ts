/** Every clock of an environment: read and judged. */

export { type Clock, type ClockLimits, type ClockVerdict, judgeClock } from "./clock.ts";
export { readClocks } from "./read.ts";
