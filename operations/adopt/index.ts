export { type Login, type Member, type Way, wayTo } from "./ask.ts";
export { type Facts, look } from "./facts.ts";
export { introduce } from "./introduce.ts";
export { leave } from "./leave.ts";
export { type NodeSeen, seeNode, variablesOf } from "./nodes.ts";
export { type Step, sizes, stepsLeft, stepText } from "./plan.ts";
export { differences, type Hindrance, hindrances, type Wanted } from "./rules.ts";
