import type { Millis, Step } from "../types.ts";
import { type Departing, departing } from "./departing.ts";
import { readPosition, recoveredStanding } from "./position.ts";
import type { Ended, KeeperConfig, KeeperEffect, KeeperEvent, Told } from "./protocol.ts";
import { type Running, running, starts } from "./running.ts";
import { firstWaiting, type Waiting, waiting } from "./waiting.ts";

export type KeeperState =
  | { in: "reading"; lastView?: number; recovering?: string }
  | Waiting
  | Departing
  | Running
  /** A person must look. */
  | { in: "refused" }
  | Ended;

export const firstState: KeeperState = { in: "reading" };
export const firstEffects: KeeperEffect[] = [{ do: "read-files" }];

/** Whole state in, whole state out. Pure: the time comes in. */
export function step(
  config: KeeperConfig,
  state: KeeperState,
  event: KeeperEvent,
  now: Millis,
): Step<KeeperState, KeeperEffect> {
  switch (state.in) {
    case "reading":
      if (event.is === "stop") return end();
      return reading(state, event, now);
    case "waiting":
      if (event.is === "stop") return end();
      return waiting(config, state, event, now);
    case "departing": {
      if (event.is === "stop") return end();
      const { state: next, effects } = departing(config, state, event, now);
      return next === "over" ? starts(state, now, effects) : { state: next, effects };
    }
    case "running":
      return running(config, state, event, now);
    case "refused":
      return event.is === "stop" ? end() : { state, effects: [] };
    case "ended":
      return { state, effects: [] };
  }
}

const end = (): Step<KeeperState, KeeperEffect> => ({ state: { in: "ended" }, effects: [{ do: "exit", code: 0 }] });

function reading(
  state: KeeperState & { in: "reading" },
  event: KeeperEvent,
  now: Millis,
): Step<KeeperState, KeeperEffect> {
  if (event.is === "recovered" && state.recovering !== undefined) {
    return firstWaiting(recoveredStanding(state.recovering, event.found), now, state.lastView);
  }
  if (event.is !== "files") return { state, effects: [] };
  const read = readPosition(event.files);
  if ("refused" in read) {
    const told: Told = { state: "refused", fit: false, detail: read.refused };
    return {
      state: { in: "refused" },
      effects: [
        { do: "tell", told },
        { do: "log", text: read.refused },
      ],
    };
  }
  const changes: KeeperEffect = { do: "change-files", changes: read.changes };
  if ("recover" in read) {
    const told: Told = { state: "recovering", fit: false, detail: "reads its own position after a crash" };
    return {
      state: { ...state, lastView: event.files.lastView, recovering: read.recover },
      effects: [changes, { do: "tell", told }, { do: "recover" }],
    };
  }
  const lastView = read.changes.includes("give-up-data") ? undefined : event.files.lastView;
  const { state: next, effects } = firstWaiting(read.standing, now, lastView);
  return { state: next, effects: [changes, ...effects] };
}
