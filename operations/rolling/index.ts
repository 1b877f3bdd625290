/** Restarts, stops and starts of a service over the failure domains, one node at a time. */
export { lacks } from "./judge.ts";
export { type Action, planOf, type Rolling } from "./plan.ts";
export { observe, take } from "./step.ts";
