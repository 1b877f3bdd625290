import { decisionText, runningAt } from "../bootstrap/index.ts";
import { keeper as timers } from "../timers.ts";
import { localState, type Millis, type Step } from "../types.ts";
import { judgeCapacity } from "./capacity.ts";
import { begun, type Chores, due, ended, firstChores } from "./chores.ts";
import type { Departing } from "./departing.ts";
import { type Joining, judgeJoining } from "./joining.ts";
import { firstLeaving, type Leaving, type LeavingEvent, type LeavingRequest, leave } from "./leaving.ts";
import type { Ended, KeeperConfig, KeeperEffect, KeeperEvent } from "./protocol.ts";
import {
  firstReplicating,
  judgeDonor,
  judgeQuorum,
  judgeReplication,
  type Replicating,
  type ReplicationLook,
} from "./replication.ts";
import { situationOf } from "./situation.ts";
import { afterExit, type Start, startPlan } from "./start.ts";

/** The database's process is there, or about to be. */
export interface Running {
  in: "running";
  start: Start;
  /** Until it answers; undefined from then on, and where it started the cluster itself. */
  joining?: Joining;
  replicating: Replicating;
  /** The last look, while the peers or the transfers are asked about it. */
  look?: ReplicationLook;
  next: Millis;
  looking: boolean;
  /** It is read-only by our word. */
  full: boolean;
  capacityNext: Millis;
  capacityLooking: boolean;
  chores: Chores;
  leaving?: Leaving;
  /** When it is killed, unless it has ended. */
  killAt?: Millis;
}

type Next = Step<Running | Ended, KeeperEffect>;

export function starts({ start }: Departing, now: Millis, effects: KeeperEffect[]): Next {
  const plan = startPlan(start);
  const state: Running = {
    in: "running",
    start,
    joining: start.decision === "bootstrap" ? undefined : { heard: now },
    replicating: firstReplicating(now),
    next: now,
    looking: false,
    full: start.readOnly,
    capacityNext: now + timers.capacity,
    capacityLooking: false,
    chores: firstChores(now),
  };
  return {
    state,
    effects: [...effects, { do: "log", text: `starts: ${plan.options.join(" ")}` }, { do: "start", plan }],
  };
}

export function running(config: KeeperConfig, before: Running, event: KeeperEvent, now: Millis): Next {
  const state = { ...before };
  const effects: KeeperEffect[] = [];
  switch (event.is) {
    case "exited": {
      const changes = afterExit(state.start.decision, event.code);
      if (changes.length > 0) effects.push({ do: "change-files", changes });
      // Docker starts it again, and the next life decides anew.
      return { state: { in: "ended" }, effects: [...effects, { do: "exit", code: event.code ?? 1 }] };
    }
    case "made":
      return event.ok ? { state, effects } : { state: { in: "ended" }, effects: [{ do: "exit", code: 1 }] };
    case "stop":
      if (!state.leaving) beginLeaving(state, effects);
      return { state, effects };
    case "tick":
      ticks(state, now, effects);
      break;
    case "joining":
      joined(config, state, event, now, effects);
      break;
    case "look":
      if (state.leaving?.at !== "look") looked(state, event.look, now, effects);
      break;
    case "around":
      around(config, state, event, effects);
      break;
    case "donor": {
      const { memory, verdict } = judgeDonor(state.replicating, event);
      state.replicating = memory;
      if (verdict === "end-transfer") {
        say(
          effects,
          "gives its data to another node, lost its quorum meanwhile, and nobody takes clients: ends the transfer",
        );
        effects.push({ do: "end-transfer", role: "donor" });
      } else if (verdict === "stop") {
        say(effects, "is taken for a donor and gives nothing: starts again");
        effects.push({ do: "kill", signal: "TERM" });
      }
      break;
    }
    case "transfer-ended":
      // Its database ends with it, and leaves the others in good order, which a kill would not.
      if (event.role === "joiner") state.killAt = event.ok ? now + timers.endsWithTransfer : now;
      break;
    case "capacity":
      filled(state, event, now, effects);
      break;
    case "set-read-only":
      if (event.ok) state.full = event.on;
      break;
    case "chore":
      state.chores = ended(state.chores, event.name, event.result, now);
      break;
  }
  leaves(state, event, now, effects);
  return { state, effects };
}

const say = (effects: KeeperEffect[], text: string) => effects.push({ do: "log", text });

function ticks(state: Running, now: Millis, effects: KeeperEffect[]): void {
  if (state.killAt !== undefined && now >= state.killAt) {
    state.killAt = undefined;
    effects.push({ do: "kill", signal: "KILL" });
  }
  if (!state.looking && now >= state.next) {
    state.looking = true;
    effects.push({ do: state.joining ? "look-joining" : "look" });
  }
  if (!state.capacityLooking && now >= state.capacityNext) {
    state.capacityLooking = true;
    effects.push({ do: "look-capacity" });
  }
  for (const name of due(state.chores, now)) {
    state.chores = begun(state.chores, name);
    effects.push({ do: "chore", name });
  }
}

function joined(
  config: KeeperConfig,
  state: Running,
  event: KeeperEvent & { is: "joining" },
  now: Millis,
  effects: KeeperEffect[],
): void {
  state.looking = false;
  if (!state.joining) return;
  if (event.answers) {
    state.joining = undefined;
    state.replicating = firstReplicating(now);
    state.next = now;
    return;
  }
  state.next = now + timers.look;
  const members = 1 + config.peers.length + config.arbitrators;
  const { heard, hopeless } = judgeJoining(state.joining, event.look, members, now);
  state.joining = { heard };
  if (!hopeless || state.killAt !== undefined) return;
  say(effects, "nobody is left to join, or to give it the data: starts again");
  effects.push({ do: "end-transfer", role: "joiner" });
}

function looked(state: Running, look: ReplicationLook | undefined, now: Millis, effects: KeeperEffect[]): void {
  state.looking = false;
  state.next = now + (look?.localState === localState.synced ? timers.lookSynced : timers.look);
  state.look = look;
  const { memory, verdict } = judgeReplication(state.replicating, look, now);
  state.replicating = memory;
  switch (verdict) {
    case "stuck":
      say(effects, "nothing moves in a state transfer: starts again");
      effects.push({ do: "kill", signal: "KILL" });
      break;
    case "inconsistent":
      say(effects, "what the others committed could not be written here: starts again, with a full state transfer");
      effects.push({ do: "kill", signal: "KILL" });
      break;
    case "evicted":
      say(effects, "the others evicted this node, which lives: starts again");
      effects.push({ do: "kill", signal: "TERM" });
      break;
    case "ask-peers":
      effects.push({ do: "look-around", orders: false });
      break;
    case "ask-donor":
      effects.push({ do: "look-donor" });
      break;
  }
}

/** Members of the last primary component that are all back may still not find together (docs/decisions/0010). */
function around(
  config: KeeperConfig,
  state: Running,
  { peers }: KeeperEvent & { is: "around" },
  effects: KeeperEffect[],
): void {
  const { look } = state;
  if (look?.status !== "nonprimary" || look.localState !== localState.outside) return;
  const at = runningAt({ uuid: look.uuid, seqno: look.lastCommitted });
  const decision = config.plan(situationOf(config, { doing: "nonprimary", size: look.size, ...at }, peers));
  say(effects, `without quorum: ${decisionText(decision)}`);
  const { memory, verdicts } = judgeQuorum(state.replicating, decision.do);
  state.replicating = memory;
  if (verdicts.includes("promote")) effects.push({ do: "promote" });
  if (verdicts.includes("stop")) effects.push({ do: "kill", signal: "TERM" });
}

function filled(state: Running, event: KeeperEvent & { is: "capacity" }, now: Millis, effects: KeeperEffect[]): void {
  state.capacityLooking = false;
  state.capacityNext = now + timers.capacity;
  const { room, othersWrite } = event;
  if (!room) return;
  for (const verdict of judgeCapacity(room, { ours: state.full, othersWrite })) {
    if (verdict === "stop") {
      if (state.leaving) continue;
      say(effects, `disk ${room.used} % full, and others write: stops until there is room`);
      beginLeaving(state, effects);
      // A write that waits for room never ends.
      state.killAt = now + timers.fullStop;
    } else {
      const on = verdict === "read-only";
      say(
        effects,
        `disk ${room.used} % full: ${on ? "takes no writes; make room (docs/decisions/0021)" : "takes writes again"}`,
      );
      effects.push({ do: "set-read-only", on });
    }
  }
}

function beginLeaving(state: Running, effects: KeeperEffect[]): void {
  const { leaving, requests } = firstLeaving();
  state.leaving = leaving;
  effects.push({ do: "tell-leaving" }, ...requests.map(asEffect));
}

const asEffect = (request: LeavingRequest): KeeperEffect =>
  request.do === "stop" ? { do: "kill", signal: "TERM" } : request;

const leavingEvents = ["tick", "look", "name-left", "clients"];

function leaves(state: Running, event: KeeperEvent, now: Millis, effects: KeeperEffect[]): void {
  if (!state.leaving || !leavingEvents.includes(event.is)) return;
  const { leaving, requests } = leave(state.leaving, event as LeavingEvent, now);
  state.leaving = leaving;
  effects.push(...requests.map(asEffect));
}
