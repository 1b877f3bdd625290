import {
  type Decision,
  decisionText,
  decisionWord,
  type Order,
  obey,
  obeyedText,
  positionText,
  reasonText,
  type Situation,
  type Standing,
  type View,
  waitsForNew,
  waitsForOthers,
} from "../bootstrap/index.ts";
import { keeper as timers } from "../timers.ts";
import type { Millis, Step } from "../types.ts";
import { isCrowded, startsReadOnly } from "./capacity.ts";
import { type Departing, departs } from "./departing.ts";
import type { Gates, KeeperConfig, KeeperEffect, KeeperEvent, Told } from "./protocol.ts";
import { situationOf } from "./situation.ts";
import type { Start } from "./start.ts";

/** Waits until it is clear what this node may do (docs/decisions/0010). */
export interface Waiting {
  in: "waiting";
  standing: Standing;
  /** When the next round begins. */
  next: Millis;
  /** What is waited for: nothing, the peers, or the gates before a start. */
  busy?: "around" | "gates";
  /** What it may do once the gates are passed. */
  intent?: Pick<Start, "decision" | "fork"> & { reason: string; ordered: boolean };
  /** The gates are passed, and the situation is looked at once more, since it may have changed meanwhile. */
  passed: boolean;
  /** All others were there once: nodes are not being created one after the other any longer. */
  complete: boolean;
  /** Nobody had data while this node waited. */
  fresh: boolean;
  /** A new database is being made, or was. */
  making: boolean;
  crowded: boolean;
  readOnly: boolean;
  clock?: string;
  said?: string;
  /** The last view in which this node was a member. */
  view?: View;
}

type Next = Step<Waiting | Departing, KeeperEffect>;

export function firstWaiting(standing: Standing, now: Millis, view?: View): Step<Waiting, KeeperEffect> {
  const told: Told = { state: "waiting", fit: false, detail: "looks at its peers", at: { standing } };
  return {
    state: {
      in: "waiting",
      standing,
      next: now,
      passed: false,
      complete: false,
      fresh: false,
      making: false,
      crowded: false,
      readOnly: false,
      view,
    },
    effects: [
      { do: "log", text: `position: ${positionText(standing)}` },
      { do: "tell", told },
    ],
  };
}

export function waiting(config: KeeperConfig, state: Waiting, event: KeeperEvent, now: Millis): Next {
  switch (event.is) {
    case "tick":
      if (state.busy || now < state.next) return { state, effects: [] };
      return { state: { ...state, busy: "around" }, effects: [{ do: "look-around", orders: true }] };
    case "around":
      if (state.busy !== "around") return { state, effects: [] };
      return lookedAround(config, { ...state, busy: undefined, next: now + timers.round }, event, now);
    case "gates":
      if (state.busy !== "gates") return { state, effects: [] };
      return atGates({ ...state, busy: undefined, next: now + timers.round }, event.gates, now);
    case "made":
      // Its entrypoint ended with that, too: the next life tries again.
      return event.ok ? { state, effects: [] } : { state, effects: [{ do: "exit", code: 1 }] };
    default:
      return { state, effects: [] };
  }
}

function lookedAround(
  config: KeeperConfig,
  state: Waiting,
  { peers, order }: KeeperEvent & { is: "around" },
  now: Millis,
): Next {
  const situation = situationOf(config, { doing: "waiting", position: state.standing, view: state.view }, peers);
  if (order) return obeyed(state, order, situation, now);
  const decision = config.plan(situation);
  const complete = state.complete || peers.every(({ doing }) => doing !== "absent" && doing !== "missing");
  const { state: told, effects } = says({ ...state, complete }, decision);
  if (decision.do === "join" || decision.do === "rejoin" || decision.do === "bootstrap") {
    const intent = { decision: decision.do, fork: false, reason: reasonText(decision.why), ordered: false };
    if (state.passed) return leaves(told, intent, now, effects);
    return toGates({ ...told, intent }, effects);
  }
  const next: Waiting = { ...told, passed: false };
  if (!waitsForNew(decision)) return { state: next, effects };
  // The one that will start the new cluster makes its database while the others are being created.
  const makes = !state.making && config.peers.every(({ name }) => config.self.name < name);
  return {
    state: { ...next, fresh: true, making: state.making || makes },
    effects: makes ? [...effects, { do: "make-database" }] : effects,
  };
}

/** Says what was decided when it is something else than before. */
function says(state: Waiting, decision: Decision): Step<Waiting, KeeperEffect> {
  const said = decisionText(decision);
  if (said === state.said) return { state, effects: [] };
  // Nodes are created one after the other, each when the one before is fit. One that all others were there for no longer waits for
  // one to be created: that one is starting.
  const fit = waitsForOthers(decision) && !state.complete;
  const told: Told = { state: decisionWord(decision), fit, detail: reasonText(decision.why) };
  return {
    state: { ...state, said },
    effects: [
      { do: "log", text: said },
      { do: "tell", told },
    ],
  };
}

function obeyed(state: Waiting, order: Order | { refused: string }, situation: Situation, now: Millis): Next {
  const done = "refused" in order ? undefined : obey(order, situation);
  const reason = "refused" in order ? order.refused : obeyedText(order, done!, state.standing);
  if (!done?.obeyed) {
    // Long enough to be seen from outside.
    const told: Told = { state: "wait", fit: false, detail: `an order was not obeyed: ${reason}` };
    return {
      state: { ...state, said: undefined, next: now + timers.shown },
      effects: [
        { do: "log", text: `an order: void: ${reason}` },
        { do: "tell", told },
      ],
    };
  }
  const log: KeeperEffect = { do: "log", text: `an order: ${done.order}: ${reason}` };
  if (done.order === "discard") {
    const told: Told = { state: "waiting", fit: false, detail: reason, at: { standing: "incomplete" } };
    const changes: KeeperEffect = { do: "change-files", changes: ["give-up-data"] };
    return {
      state: { ...state, standing: "incomplete", view: undefined, next: now },
      effects: [log, changes, { do: "tell", told }],
    };
  }
  const intent = { decision: "bootstrap" as const, fork: done.order === "fork", reason, ordered: true };
  return toGates({ ...state, intent }, [log]);
}

const toGates = (state: Waiting, effects: KeeperEffect[]): Next => ({
  state: { ...state, busy: "gates" },
  effects: [...effects, { do: "look-gates", crowded: state.crowded }],
});

/** What keeps a node from starting that may: no settings yet, no room on its disk, a clock that is wrong (docs/decisions/0016, 0021). */
function atGates(state: Waiting, { room, othersWrite, clock }: Gates, now: Millis): Next {
  const { standing } = state;
  const held = (told: Told, more: Partial<Waiting> = {}, text?: string): Next => ({
    state: { ...state, said: undefined, passed: false, intent: undefined, ...more },
    effects: [...(text ? [{ do: "log", text } as const] : []), { do: "tell", told }],
  });
  if (!room) return held({ state: "settings", fit: false, detail: "its settings are not here yet" });
  if (isCrowded(room, state.crowded) && othersWrite) {
    const detail = `disk ${room.used} % full: waits for room below ${room.full} %`;
    const told: Told = { state: "full", fit: false, detail, at: { standing, why: `disk ${room.used} % full` } };
    return held(told, { crowded: true }, state.crowded ? undefined : detail);
  }
  const text = clock.said === state.clock ? undefined : clock.said;
  if (clock.wrong) {
    const told: Told = { state: "clock", fit: false, detail: clock.said, at: { standing, why: clock.said } };
    return held(told, { crowded: false, clock: clock.said }, text);
  }
  const next: Waiting = {
    ...state,
    crowded: false,
    readOnly: startsReadOnly(room),
    clock: clock.said,
    passed: true,
    next: now,
  };
  const effects: KeeperEffect[] = text ? [{ do: "log", text }] : [];
  // An order was looked at by the position that it names: it is not looked at twice.
  return state.intent?.ordered ? leaves(next, state.intent, now, effects) : { state: next, effects };
}

function leaves(state: Waiting, intent: NonNullable<Waiting["intent"]>, now: Millis, effects: KeeperEffect[]): Next {
  const { decision, fork, reason } = intent;
  const told: Told = { state: "starting", fit: false, detail: `${decision}: ${reason}` };
  const { standing, fresh, readOnly } = state;
  const { state: next, effects: more } = departs({ decision, fork, standing, fresh, readOnly }, now);
  return { state: next, effects: [...effects, { do: "tell", told }, ...more] };
}
