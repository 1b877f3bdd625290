import { supervisor as timers } from "../timers.ts";
import { localState, type Millis } from "../types.ts";
import type { DatabaseState, View } from "./situation.ts";

/**
 * What a supervisor has seen of the database beside it, by two connections: one is asked for a sign of life and never anything that could
 * have to wait for replication; the other one for the state. Both break the moment the database dies. Where one ends, all begin anew.
 */
export interface Pulse {
  life: "unknown" | "answers" | "slow" | "hung" | "gone";
  /** Since when it is so. */
  since: Millis;
  fitness: "fit" | "donor" | "unfit";
  /** The uuid that our database has, or last had, in the view. */
  member?: string;
  view: View;
  /** Each set of connections has a number: what a former one still says is of the past. */
  generation: number;
  /** Whether they are there, or being made, and since when. */
  connected: boolean;
  opened: Millis;
  /**
   * Since when a sign of life is waited for: also by connections that can't be made. Something else may listen at the port by now, a
   * keeper that waits.
   */
  asked?: Millis;
  pinging: boolean;
  stateAsked: boolean;
  stateDue: Millis;
  /** The kernel's list of sockets is being read. */
  probing: boolean;
}

export const noView: View = { primary: false, size: 0, members: [] };

export const firstPulse: Pulse = {
  life: "unknown",
  since: Number.NEGATIVE_INFINITY,
  fitness: "unfit",
  view: noView,
  generation: 0,
  connected: false,
  opened: Number.NEGATIVE_INFINITY,
  pinging: false,
  stateAsked: false,
  stateDue: Number.NEGATIVE_INFINITY,
  probing: false,
};

/** What our database says of itself. */
export interface OwnState {
  member: string;
  view: View;
  localState: number;
  ready: boolean;
  readOnly: boolean;
}

/** Of a former set of connections when its number is another one. */
export type DatabaseEvent =
  | { is: "alive"; generation: number }
  /** Without a state, it answered and has none yet: one that is about to start. */
  | { is: "state"; generation: number; state?: OwnState }
  | { is: "broken"; generation: number; listening: boolean }
  | { is: "probed"; generation: number; listening: boolean };

export type DatabaseRequest =
  /** New connections, in place of those that are there. */
  | { do: "connect"; generation: number }
  | { do: "ping"; generation: number }
  | { do: "ask-state"; generation: number }
  /** Whether somebody listens at the database's port, by the kernel's list: one that is stopped still takes connections. */
  | { do: "probe"; generation: number };

export function hear(pulse: Pulse, event: DatabaseEvent, now: Millis): Pulse {
  if (event.generation !== pulse.generation) return pulse;
  switch (event.is) {
    case "alive":
      return turns({ ...pulse, asked: undefined, pinging: false }, "answers", now);
    case "state":
      return event.state
        ? // It lives, but for the question that it has not answered yet.
          stands(
            turns({ ...pulse, asked: pulse.pinging ? now : undefined, stateAsked: false }, "answers", now),
            event.state,
          )
        : { ...pulse, stateAsked: false };
    // A broken connection alone is no proof: somebody may have ended it.
    case "broken": {
      const closed = {
        ...pulse,
        generation: pulse.generation + 1,
        connected: false,
        asked: pulse.asked ?? now,
        pinging: false,
        stateAsked: false,
        probing: false,
      };
      return event.listening ? closed : { ...turns(closed, "gone", now), opened: now };
    }
    case "probed": {
      const heard = { ...pulse, probing: false };
      if (pulse.asked === undefined || now - pulse.asked <= timers.slow) return heard;
      if (!event.listening) return turns(heard, "gone", now);
      return turns(heard, now - pulse.asked > timers.hung ? "hung" : "slow", now);
    }
  }
}

/** What the time alone brings about: questions, and connections that are made anew. */
export function beat(pulse: Pulse, now: Millis, { stalled, evicting }: { stalled: boolean; evicting: boolean }) {
  const requests: DatabaseRequest[] = [];
  const next = { ...pulse };
  // We were stopped or starved ourselves: what came meanwhile waits to be read.
  if (stalled && next.asked !== undefined) next.asked = now;
  const { generation } = next;
  const counts = next.life === "answers" || next.life === "slow" || next.life === "unknown";
  if (counts && next.asked !== undefined && now - next.asked > timers.slow && !next.probing) {
    next.probing = true;
    requests.push({ do: "probe", generation });
  }
  const fresh = now - next.opened < timers.giveUp;
  if (next.connected && (fresh || (counts && !isLate(next, now)))) {
    if (!next.pinging) {
      next.pinging = true;
      next.asked ??= now;
      requests.push({ do: "ping", generation });
    }
    // Whoever was asked to evict waits for the next view.
    if (!next.stateAsked && (evicting || now >= next.stateDue)) {
      next.stateAsked = true;
      next.stateDue = now + timers.state;
      requests.push({ do: "ask-state", generation });
    }
  } else if (now - next.opened >= timers.retry) {
    Object.assign(next, { connected: true, opened: now, pinging: false, stateAsked: false, probing: false });
    next.asked ??= now;
    next.generation += 1;
    requests.push({ do: "connect", generation: next.generation });
  }
  return { pulse: next, requests };
}

const isLate = ({ asked }: Pulse, now: Millis): boolean => asked !== undefined && now - asked > timers.giveUp;

const turns = (pulse: Pulse, life: Pulse["life"], now: Millis): Pulse =>
  pulse.life === life ? pulse : { ...pulse, life, since: now, fitness: "unfit" };

function stands(pulse: Pulse, { member, view, localState: state, ready, readOnly }: OwnState): Pulse {
  const open = view.primary && ready && !readOnly;
  const fitness = open && state === localState.synced ? "fit" : open && state === localState.donor ? "donor" : "unfit";
  return { ...pulse, member, view, fitness };
}

export const databaseState = ({ life, fitness }: Pulse): DatabaseState => (life === "answers" ? fitness : life);
