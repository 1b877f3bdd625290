import { serviceNames } from "../components/services.ts";
import type { Observation, Problem } from "../core/health.ts";

/** How near to the ground: a smaller number is rather the reason. A daemon or container that is not there comes first. */
function rank({ service: { service }, container, ended, fit }: Observation): number {
  const gravity = container !== "running" ? 0 : ended ? 1 : fit ? 3 : 2;
  return gravity * 100 + serviceNames.indexOf(service);
}

/** The node that is most likely the reason of what is wrong; undefined when no problem is about one node. */
export const reasonOf = (problems: readonly Problem[]): Observation | undefined =>
  problems
    .flatMap(({ node }) => node ?? [])
    .toSorted((one, other) => rank(one) - rank(other))
    .at(0);

/** The next step for a person who is told these problems, a sentence: a command that helps with their reason. */
export function adviceOn(environment: string, problems: readonly Problem[]): string {
  const node = reasonOf(problems);
  if (!node) return `See it change: trivet status ${environment} --watch`;
  const { service, host, endpoint } = node.service;
  switch (node.container) {
    case "unreachable":
      return `Its Docker must answer first: docker -H ${endpoint} version`;
    case "missing":
      return `Make its container again: trivet up ${environment}`;
    case "exited":
    case "created":
      return `Start it: trivet start ${environment} ${service} --host ${host}; what it said before: trivet logs ${environment} ${service} --host ${host}`;
    case "paused":
      return `Let it go on: docker -H ${endpoint} unpause ${node.service.container}`;
    default:
      return `See what it says: trivet logs ${environment} ${service} --host ${host}`;
  }
}
