import { keeper as timers } from "../timers.ts";
import type { Millis, Step } from "../types.ts";
import type { KeeperConfig, KeeperEffect, KeeperEvent } from "./protocol.ts";
import type { Start } from "./start.ts";

/**
 * Between the decision and the start: a node that was killed is counted by the others until they give it up, and one that starts again
 * before that may take the quorum from them (docs/decisions/0019). Then its eviction must be forgotten, or they refuse it (0020).
 */
export interface Departing {
  in: "departing";
  start: Start;
  /** For the others to give it up, then for its supervisor to close the report. */
  waits: "counted" | "reported" | "nothing";
  since: Millis;
  next: Millis;
  asking: boolean;
}

export const departs = (start: Start, now: Millis): Step<Departing, KeeperEffect> => ({
  state: {
    in: "departing",
    start,
    // A cluster that is made anew has no member to be given up.
    waits: start.decision === "bootstrap" ? "nothing" : "counted",
    since: now,
    next: now,
    asking: false,
  },
  effects: [],
});

export function departing(
  _config: KeeperConfig,
  state: Departing,
  event: KeeperEvent,
  now: Millis,
): Step<Departing | "over", KeeperEffect> {
  const { every, most } = state.waits === "counted" ? timers.departure : timers.cleared;
  const asked = (again: boolean): Step<Departing | "over", KeeperEffect> => {
    if (again && now - state.since < most)
      return { state: { ...state, asking: false, next: now + every }, effects: [] };
    const late = "the others still count the member that this node was: starts all the same";
    const effects: KeeperEffect[] = again && state.waits === "counted" ? [{ do: "log", text: late }] : [];
    if (state.waits === "reported") return { state: "over", effects };
    return { state: { ...state, waits: "reported", since: now, next: now, asking: false }, effects };
  };
  if (state.waits === "nothing") return { state: "over", effects: [] };
  if (event.is === "counted" && state.waits === "counted") return asked(event.by);
  // What was never reported was never evicted; nor was it where there is no Consul to ask.
  if (event.is === "reported" && state.waits === "reported") return asked(event.stands === true);
  if (event.is !== "tick" || state.asking || now < state.next) return { state, effects: [] };
  return {
    state: { ...state, asking: true },
    effects: [{ do: state.waits === "counted" ? "ask-departure" : "ask-report" }],
  };
}
