export { bootstrap, join, type Recovery, stopAll } from "./apply.ts";
export { type Evidence, hasData, positionText } from "./evidence.ts";
export { type Outcome, type Plan, plan, type Refusal } from "./plan.ts";
export { readEvidence } from "./read.ts";
export { Contradiction } from "./settle.ts";
