import { clear, close, evict, report } from "./eviction.ts";
import type { Action, Situation } from "./situation.ts";
import { name, writer } from "./writer.ts";

/** What a supervisor is to do, in the order in which others wait for it; nothing when all is as it should be. */
export function decide(situation: Situation): Action[] {
  const { state } = situation.self;
  const answers = state === "fit" || state === "donor" || state === "unfit";
  return [
    ...report(situation),
    ...(answers ? [...clear(situation), ...evict(situation)] : []),
    ...writer(situation),
    ...name(situation),
    ...close(situation),
  ];
}
