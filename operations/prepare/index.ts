export { apply, type Former, lookAt, planFor, restore } from "./apply.ts";
export { openingsOf } from "./firewall.ts";
export { type Change, type HostPlan, planOf, type Wanted } from "./plan.ts";
export { lastingProblems, untilNoWorse } from "./settled.ts";
