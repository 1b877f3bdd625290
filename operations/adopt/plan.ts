import { listed } from "../../core/problem.ts";
import type { Member } from "./ask.ts";
import type { NodeSeen } from "./nodes.ts";

/** What is left to do, in order. */
export type Step =
  /** Trivet's nodes that are no members yet become some, one at a time, and all else of the environment comes up. */
  | { kind: "join"; hosts: string[] }
  /** A member that others made leaves. */
  | { kind: "leave"; member: Member }
  /** Trivet's nodes forget those that left. */
  | { kind: "settle" };

const isFit = ({ answers, status, localState, ready }: NodeSeen) =>
  answers && status === "Primary" && localState === 4 && ready === true;

/**
 * What is left to do, whatever was done before: so an interrupted takeover goes on by the same command. All of Trivet's nodes join before
 * the first member leaves (docs/decisions/0044).
 *
 * @param there members that answer, or that a node of Trivet's sees in its view
 */
export function stepsLeft(there: readonly Member[], nodes: readonly NodeSeen[]): Step[] {
  const absent = nodes.filter((node) => !isFit(node)).map(({ host }) => host);
  return [
    ...(absent.length > 0 ? [{ kind: "join" as const, hosts: absent }] : []),
    ...there.map((member) => ({ kind: "leave" as const, member })),
    { kind: "settle" },
  ];
}

/** How many members the cluster has after each step, beginning with how many there are. */
export function sizes(steps: readonly Step[], now: number): number[] {
  const all = [now];
  for (const step of steps) {
    const change = step.kind === "join" ? step.hosts.length : step.kind === "leave" ? -1 : 0;
    all.push(all.at(-1)! + change);
  }
  return all;
}

export function stepText(step: Step): string {
  switch (step.kind) {
    case "join":
      return `${listed(step.hosts)} ${step.hosts.length === 1 ? "joins" : "join, one after the other"}, each given the data by a member; then the rest of the environment comes up`;
    case "leave":
      return `${step.member.name} (${step.member.address}) leaves in good order`;
    case "settle":
      return "Trivet's nodes are restarted one at a time, and know only each other";
  }
}

/**
 * Why a member may not leave now, a sentence; undefined when it may. Nobody leaves unless all of Trivet's nodes are up to date in one
 * component with everybody who should be there: then a majority stays, whichever member it is.
 */
export function whyStays(member: Member, others: readonly Member[], nodes: readonly NodeSeen[]): string | undefined {
  const unfit = nodes.filter((node) => !isFit(node)).map(({ host }) => host);
  if (unfit.length > 0)
    return `${listed(unfit)} ${unfit.length === 1 ? "is" : "are"} not Synced in the primary component`;
  if (new Set(nodes.map(({ uuid }) => uuid)).size > 1) return "Trivet's nodes are in two clusters";
  const expected = [...nodes.map(({ host }) => host), member.name, ...others.map(({ name }) => name)].sort();
  for (const { host, size, view } of nodes) {
    const missing = expected.filter((name) => !view.includes(name));
    if (missing.length > 0) return `${host} does not see ${listed(missing)}`;
    if (size !== expected.length || view.length !== expected.length) {
      const strangers = view.filter((name) => !expected.includes(name));
      return `${host} sees ${size} members, expected ${expected.length}${strangers.length > 0 ? `: ${listed(strangers)} ${strangers.length === 1 ? "is" : "are"} not known here` : ""}`;
    }
  }
  return undefined;
}

/** Whether all of Trivet's nodes are up to date in a component that the member has left, and nobody else. */
export function hasLeft(member: Member, others: readonly Member[], nodes: readonly NodeSeen[]): boolean {
  const size = nodes.length + others.length;
  return nodes.every((node) => isFit(node) && node.size === size && !node.view.includes(member.name));
}
