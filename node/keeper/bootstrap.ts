import { hasData, type PeerState, type Position, type Standing } from "../types.ts";

/** What a node knows before it starts, or while its database runs without quorum. Nothing in it is guessed. */
export interface Evidence {
  self: {
    name: string;
    /** Where its data stands; or, of one whose database runs without quorum, its position and how many its component has. */
    at: Standing | { position: Position; size: number };
  };
  peers: readonly { name: string; state: PeerState }[];
  /** Members of the last view in which this node knows itself (gvwstate.dat); undefined without one. */
  lastView?: number;
  /** Members that vote and have no data. */
  arbitrators: number;
  /** Nodes that a person has given up (an order of `trivet recover`). */
  without?: readonly string[];
}

/**
 * - `join`: a primary component exists: become a member, as a newcomer to its view
 * - `rejoin`: a database runs without quorum: start as the member that this node was in the last view
 * - `promote`: no quorum comes back by itself: this node's component is to be the primary one (only for one that runs)
 * - `restart`: nor does one come that way: stop, wait as the others do, and let the positions decide (only for one that runs)
 * - `bootstrap`: all wait, all positions are known, and this node is the one: start a new primary component
 * - `forming`: no data here, nor at any peer that was started so far: wait for those that were not
 * - `gather`: the same where there is data: all of them are needed to know whose is the newest
 * - `await-new`: no data anywhere: wait for the one that makes the new cluster
 * - `wait`: not enough is known, or another one is to start first
 * - `refuse`: a person must look: wait, and say why
 */
export type Decision =
  | "join"
  | "rejoin"
  | "promote"
  | "restart"
  | "bootstrap"
  | "forming"
  | "gather"
  | "await-new"
  | "wait"
  | "refuse";

export interface BootstrapPlan {
  decision: Decision;
  /** For people. */
  reason: string;
}

/**
 * What may this node do?
 *
 * The danger to exclude is a second cluster beside a living one. So nothing is bootstrapped unless every single peer says itself
 * that it waits, too: neither silence nor a refused connection is taken for death. Since positions don't change while nodes wait, all
 * of them come to the same decision (docs/decisions/0010).
 */
export function bootstrapPlan(evidence: Evidence): BootstrapPlan {
  const all = survey(evidence);
  return "position" in all.self ? promotion(evidence, all, all.self) : start(evidence, all);
}

/** All that the rules read of the evidence, in the order in which it was given. */
function survey({ self, peers, without = [] }: Evidence) {
  const own = runsAlone(self.at) ? undefined : self.at;
  const waiting: { name: string; at: Standing }[] = own === undefined ? [] : [{ name: self.name, at: own }];
  const running: { name: string; position: Position }[] = runsAlone(self.at)
    ? [{ name: self.name, position: self.at.position }]
    : [];
  // Of all that has a uuid, in order: the first one names the cluster, any other is of another.
  const uuids = running.map(({ position }) => position.uuid);
  if (hasData(own)) uuids.push(own.uuid);
  const primary: { name: string; uuid: string }[] = [];
  const named = (is: PeerState["is"]) => peers.filter(({ state }) => state.is === is).map(({ name }) => name);
  const nonprimary: string[] = [];
  for (const { name, state } of peers) {
    if (state.is === "waits") {
      waiting.push({ name, at: state.at });
      if (hasData(state.at)) uuids.push(state.at.uuid);
    } else if (state.is === "runs" && state.status === "primary") {
      primary.push({ name, uuid: state.position.uuid });
    } else if (state.is === "runs") {
      nonprimary.push(name);
      running.push({ name, position: state.position });
      uuids.push(state.position.uuid);
    }
  }
  const data = waiting.filter((node): node is { name: string; at: Position } => hasData(node.at));
  const [uuid] = uuids;
  return {
    self: runsAlone(self.at) ? self.at : { at: self.at },
    waiting,
    running,
    primary,
    nonprimary,
    uuid,
    other: uuids.findLast((each) => each !== uuid),
    // The highest, of equals the first by name.
    best: data.toSorted((a, b) => b.at.seqno - a.at.seqno || byName(a, b))[0],
    closed: named("closed"),
    starting: named("starting"),
    absent: named("absent"),
    silent: named("silent"),
    incomplete: namesAt(waiting, "incomplete"),
    unreadable: namesAt(waiting, "unreadable"),
    known: 1 + peers.length + without.length,
  };
}
type Survey = ReturnType<typeof survey>;
type Running = { position: Position; size: number };

const runsAlone = (at: Standing | Running): at is Running => typeof at === "object" && "size" in at;
const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
const firstOf = (nodes: readonly { name: string }[]) => nodes.toSorted(byName)[0]?.name;
const namesAt = (nodes: readonly { name: string; at: Standing }[], at: Standing) =>
  nodes.filter((node) => node.at === at).map(({ name }) => name);
const say = (decision: Decision, reason: string): BootstrapPlan => ({ decision, reason });
const list = (...names: (readonly string[])[]) => names.flat().join(" ");

/**
 * Without quorum. Where every single node has told that it has none either, those that run are all in this component, the others only
 * wait, and none of them has more, nobody else can be, or become, the primary component.
 */
function promotion({ self, arbitrators }: Evidence, all: Survey, { size }: Running): BootstrapPlan {
  if (all.primary.length > 0) return say("wait", `a primary component exists: ${namesOf(all.primary)}`);
  if (all.other !== undefined) return say("wait", `data of two clusters, ${all.uuid} and ${all.other}`);
  const unsure = [...all.closed, ...all.silent, ...all.absent, ...all.unreadable];
  // Nobody else is a member of this component: those that are starting are in it, too, so there is no other one that could be the primary
  // component. (The script wants all nodes in it. Then one whose volume was emptied meanwhile, and waits, leaves the others as they are
  // for good: the model found it.)
  const inside = all.running.length + all.starting.length + arbitrators;
  if (all.starting.length > 0 && unsure.length === 0 && size === inside) {
    return say("restart", `all ${size} are in one component, and it finds no quorum`);
  }
  if (all.starting.length + unsure.length > 0) {
    return say("wait", `not all have told their position: ${list(all.starting, unsure)}`);
  }
  // An arbitrator counts as a member, and must be one: without it nobody could tell whether a database is missing in its place.
  if (all.running.length + arbitrators !== size) {
    const beside = arbitrators > 0 ? " beside an arbitrator" : "";
    return say(
      "wait",
      `${all.running.length} databases run without quorum${beside}, ${size} of them in this component`,
    );
  }
  const reached = Math.max(...all.running.map(({ position }) => position.seqno));
  if (all.best && all.best.at.seqno > reached) return say("restart", `${all.best.name} has more, and does not run`);
  const leader = firstOf(all.running);
  return say(
    leader === self.name ? "promote" : "wait",
    `no node has a quorum, all have told so: ${leader} makes it anew`,
  );
}

const namesOf = (nodes: readonly { name: string }[]) => list(nodes.map(({ name }) => name));

function start({ self, lastView, arbitrators }: Evidence, all: Survey): BootstrapPlan {
  const own = self.at as Standing;
  // Where there is data, a person may decide to go on without those that are gone for good.
  const gone = all.uuid === undefined ? "" : " (gone for good? trivet recover)";
  const living = all.primary.at(-1)?.uuid;
  if (living !== undefined && hasData(own) && own.uuid !== living) {
    return say(
      "refuse",
      `data of cluster ${own.uuid}, but ${namesOf(all.primary)} runs cluster ${living}: joining would overwrite it, move it away first`,
    );
  }
  if (all.primary.length > 0) return say("join", `in the primary component: ${namesOf(all.primary)}`);
  const alive = list(all.closed, all.nonprimary);
  if (alive && hasData(own)) {
    // Without its last view it would come as a stranger, and the members of that view would not find together.
    if (lastView === undefined && all.closed.length + all.starting.length === 0) {
      return say(
        "wait",
        `running without quorum: ${alive}, and the last view is not known here (if it stays so: trivet recover)`,
      );
    }
    return say("rejoin", `running without quorum: ${alive}`);
  }
  if (alive) return say("wait", `running without quorum: ${alive}, and there is no data here to help with`);
  if (all.starting.length > 0) return say("wait", `starting: ${list(all.starting)}`);
  if (all.other !== undefined) {
    return say("refuse", `data of two clusters, ${all.uuid} and ${all.other}: choose one with trivet recover`);
  }
  if (all.unreadable.length > 0) {
    const nodes = list(all.unreadable);
    return say(
      "refuse",
      `data that may be the newest, but can't be read: see the log of ${nodes}, or go on without it by trivet recover`,
    );
  }
  if (all.silent.length > 0) return say("wait", `no answer, alive or not: ${list(all.silent)}${gone}`);
  if (all.absent.length > 0) {
    const nothing = all.uuid === undefined && all.incomplete.length === 0;
    return say(nothing ? "forming" : "gather", `not started yet: ${list(all.absent)}${nothing ? "" : gone}`);
  }
  if (all.uuid === undefined && all.incomplete.length > 0) {
    const nodes = list(all.incomplete);
    return say("refuse", `an interrupted state transfer, and no node has data: ${nodes} (trivet recover tells more)`);
  }
  // The cluster was larger when this node crashed than the list of its nodes is now: those that are not asked may be alive.
  const known = all.known + arbitrators;
  if (lastView !== undefined && lastView > known) {
    return say(
      "wait",
      `the last view had ${lastView} members, and only ${known} are known here: see that none of the others is alive`,
    );
  }
  if (!all.best) {
    const first = firstOf(all.waiting);
    const reason = `no node has data, the new cluster starts on ${first}`;
    return say(first === self.name ? "bootstrap" : "await-new", reason);
  }
  const { name, at } = all.best;
  const reason = `the highest position, ${at.uuid}:${at.seqno}, is that of ${name}`;
  return say(name === self.name ? "bootstrap" : "wait", reason);
}
