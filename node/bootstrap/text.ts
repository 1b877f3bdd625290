import type { Decision } from "./decide.ts";
import { type Evidence, positionText } from "./evidence.ts";
import type { Obeyed, Order } from "./order.ts";
import type { Reason } from "./reason.ts";

/** A reason, as a node's log and its health tell it. */
export function reasonText(why: Reason): string {
  switch (why.reason) {
    case "alive":
      return `in the primary component: ${list(why.hosts)}`;
    case "other-cluster":
      return `data of cluster ${why.own}, but ${list(why.hosts)} runs cluster ${why.theirs}: joining would overwrite it, move it away first`;
    case "nonprimary":
      return `running without quorum: ${list(why.hosts)}${why.lacks ? LACKS[why.lacks] : ""}`;
    case "starting":
      return `starting: ${list(why.hosts)}`;
    case "two-clusters":
      return `data of two clusters, ${why.clusters.map(({ uuid }) => uuid).join(" and ")}: choose one with trivet recover`;
    case "unreadable":
      return `data that may be the newest, but can't be read: see the log of ${list(why.hosts)}, or go on without it by trivet recover`;
    case "missing":
      return `no answer, alive or not: ${list(why.hosts)}${why.data ? GONE : ""}`;
    case "absent":
      return `not started yet: ${list(why.hosts)}${why.data ? GONE : ""}`;
    case "interrupted":
      return `an interrupted state transfer, and no node has data: ${list(why.hosts)} (trivet recover tells more)`;
    case "members-unknown":
      return `the last view had ${why.members} members, and only ${why.known} are known here: see that none of the others is alive`;
    case "new":
      return `no node has data, the new cluster starts on ${why.host}`;
    case "highest":
      return `the highest position, ${positionText(why.position)}, is that of ${why.host}`;
    case "untold":
      return `not all have told their position: ${list(why.hosts)}`;
    case "apart":
      return `${why.running} databases run without quorum${why.arbitrators > 0 ? " beside an arbitrator" : ""}, ${why.size} of them in this component`;
    case "together":
      return `all ${why.size} are in one component, and it finds no quorum`;
    case "ahead":
      return `${why.host} has more, and does not run`;
    case "no-quorum":
      return `no node has a quorum, all have told so: ${why.host} makes it anew`;
  }
}

/** A decision in one word, as health tells it: of a node that waits also what it waits for, where others are still to come. */
export function decisionWord({ do: does, why }: Decision): string {
  if (does === "wait" && why.reason === "absent") return why.forming ? "forming" : "gather";
  return does === "wait" && why.reason === "new" ? "await-new" : does;
}

/** `<decision>: <reason>`. */
export const decisionText = (decision: Decision): string => `${decisionWord(decision)}: ${reasonText(decision.why)}`;

/** Why an order is obeyed or void at a node that has this position, as its log and its health tell it. */
export function obeyedText({ position }: Order, done: Obeyed, own: Evidence["position"]): string {
  if (done.obeyed)
    return done.order === "discard" ? `this node's data was given up for that of ${done.from}` : reasonText(done.why);
  switch (done.because) {
    case "position":
      return `it is for the position ${positionText(position)}, and this is ${positionText(own)}`;
    case "no-primary":
      return "no primary component is there to take data from";
    case "decision":
      return `${decisionWord(done.decision)}, ${reasonText(done.decision.why)}`;
  }
}

const list = (hosts: readonly string[]): string => hosts.join(" ");
/** Where there is data, a person may decide to go on without those that are gone for good. */
const GONE = " (gone for good? trivet recover)";
const LACKS = {
  view: ", and the last view is not known here (if it stays so: trivet recover)",
  data: ", and there is no data here to help with",
};
