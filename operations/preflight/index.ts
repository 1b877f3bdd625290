export { lookAt, lookAtLinks, tryFlows } from "./ask.ts";
export type { HostFacts } from "./facts.ts";
export type { Finding, Severity } from "./finding.ts";
export type { HostLook, Link, Sight, Tried, Untried } from "./look.ts";
export { clockPairs } from "./rules/clocks.ts";
export { judge } from "./rules/index.ts";
export { ways } from "./rules/network.ts";
export type { Subject, SubjectHost } from "./subject.ts";
