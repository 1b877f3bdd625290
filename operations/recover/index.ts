export { type Evidence, positionText } from "../../node/bootstrap/index.ts";
export { bootstrap, join, type Recovery, stopAll } from "./apply.ts";
export { type Outcome, type Plan, plan } from "./plan.ts";
export { readEvidence } from "./read.ts";
export { Contradiction } from "./settle.ts";
export type { Refusal } from "./text.ts";
