import { positionOf } from "../bootstrap/index.ts";
import type { Millis, Step } from "../types.ts";
import { type Departing, departing } from "./departing.ts";
import { type DataFiles, readPosition } from "./position.ts";
import type { Ended, KeeperConfig, KeeperEffect, KeeperEvent, Told } from "./protocol.ts";
import { type Running, running, starts } from "./running.ts";
import { firstWaiting, type Waiting, waiting } from "./waiting.ts";

export type KeeperState =
  | { in: "reading" /** While InnoDB is asked. */; files?: DataFiles }
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
  if (event.is === "recovered" && state.files) {
    const { files } = state;
    return firstWaiting(positionOf({ ...files, recovered: event.found }), now, files.view?.value);
  }
  if (event.is !== "files") return { state, effects: [] };
  const { files } = event;
  const strange = [files.grastate?.dropped, files.view?.dropped]
    .filter((text) => text !== undefined)
    .map((text): KeeperEffect => ({ do: "log", text }));
  const read = readPosition(files);
  if ("refused" in read) {
    const told: Told = { state: "refused", fit: false, detail: read.refused };
    return {
      state: { in: "refused" },
      effects: [...strange, { do: "tell", told }, { do: "log", text: read.refused }],
    };
  }
  const changes: KeeperEffect = { do: "change-files", changes: read.changes };
  if (read.standing === "recover") {
    const told: Told = { state: "recovering", fit: false, detail: "reads its own position after a crash" };
    return { state: { ...state, files }, effects: [...strange, changes, { do: "tell", told }, { do: "recover" }] };
  }
  const view = read.changes.includes("give-up-data") ? undefined : files.view?.value;
  const { state: next, effects } = firstWaiting(read.standing, now, view);
  return { state: next, effects: [...strange, changes, ...effects] };
}
