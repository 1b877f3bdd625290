import { keeper as timers } from "../timers.ts";
import { type Millis, type Standing, type Step, standingText } from "../types.ts";
import type { BootstrapPlan, Evidence } from "./bootstrap.ts";
import { isCrowded, startsReadOnly } from "./capacity.ts";
import { type Departing, departs } from "./departing.ts";
import { type Order, obey } from "./order.ts";
import type { Gates, KeeperConfig, KeeperEffect, KeeperEvent, Told } from "./protocol.ts";
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
  lastView?: number;
}

type Next = Step<Waiting | Departing, KeeperEffect>;

export function firstWaiting(standing: Standing, now: Millis, lastView?: number): Step<Waiting, KeeperEffect> {
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
      lastView,
    },
    effects: [
      { do: "log", text: `position: ${standingText(standing)}` },
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
  const evidence: Evidence = {
    self: { name: config.self.name, at: state.standing },
    peers: config.peers.map(({ name }, at) => ({ name, state: peers[at] ?? { is: "silent" } })),
    lastView: state.lastView,
    arbitrators: config.arbitrators,
  };
  if (order) return obeyed(config, state, order, evidence, now);
  const plan = config.plan(evidence);
  const complete = state.complete || peers.every(({ is }) => is !== "absent" && is !== "silent");
  const { state: told, effects } = says({ ...state, complete }, plan);
  switch (plan.decision) {
    case "join":
    case "rejoin":
    case "bootstrap": {
      const intent = { decision: plan.decision, fork: false, reason: plan.reason, ordered: false };
      if (state.passed) return leaves(told, intent, now, effects);
      return toGates({ ...told, intent }, effects);
    }
    // Nobody has data. The one that will start the new cluster makes its database while the others are being created.
    case "forming":
    case "await-new": {
      const first = config.peers.every(({ name }) => config.self.name < name);
      const makes = first && !state.making;
      return {
        state: { ...told, passed: false, fresh: true, making: state.making || makes },
        effects: makes ? [...effects, { do: "make-database" }] : effects,
      };
    }
    default:
      return { state: { ...told, passed: false }, effects };
  }
}

/** Says what was decided when it is something else than before. */
function says(state: Waiting, { decision, reason }: BootstrapPlan): Step<Waiting, KeeperEffect> {
  const said = `${decision}: ${reason}`;
  if (said === state.said) return { state, effects: [] };
  // Nodes are created one after the other, each when the one before is fit. One that all others were there for no longer waits for
  // one to be created: that one is starting.
  const fit = (decision === "forming" || decision === "gather") && !state.complete;
  const told: Told = { state: decision, fit, detail: reason };
  return {
    state: { ...state, said },
    effects: [
      { do: "log", text: said },
      { do: "tell", told },
    ],
  };
}

function obeyed(
  config: KeeperConfig,
  state: Waiting,
  order: Order | { refused: string },
  evidence: Evidence,
  now: Millis,
): Next {
  const { decision, reason } =
    "refused" in order ? { decision: "void" as const, reason: order.refused } : obey(order, evidence, config.plan);
  const log: KeeperEffect = { do: "log", text: `an order: ${decision}: ${reason}` };
  switch (decision) {
    case "bootstrap":
    case "fork":
      return toGates(
        { ...state, intent: { decision: "bootstrap", fork: decision === "fork", reason, ordered: true } },
        [log],
      );
    case "discard": {
      const told: Told = { state: "waiting", fit: false, detail: reason, at: { standing: "incomplete" } };
      const changes: KeeperEffect = { do: "change-files", changes: ["give-up-data"] };
      return {
        state: { ...state, standing: "incomplete", lastView: undefined, next: now },
        effects: [log, changes, { do: "tell", told }],
      };
    }
    case "void": {
      // Long enough to be seen from outside.
      const told: Told = { state: "wait", fit: false, detail: `an order was not obeyed: ${reason}` };
      return { state: { ...state, said: undefined, next: now + timers.shown }, effects: [log, { do: "tell", told }] };
    }
  }
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
