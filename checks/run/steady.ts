import pRetry, { AbortError } from "p-retry";
import { icingaMaster } from "../../components/icinga/facts.ts";
import type { Inventory } from "../../core/inventory.ts";
import { every } from "../../core/retry.ts";
import { asker } from "../../health/asker.ts";
import { now } from "../history/events.ts";
import type { Latest } from "./latest.ts";
import { isShared } from "./objects.ts";

/** Problems that Icinga still shows in an environment that is well but for `known` objects, and its open doubts. */
export const problemsLeft = (latest: Latest, known: (object: string) => boolean): string[] => [
  ...latest
    .problems()
    .filter((object) => !known(object))
    .map((object) => `Icinga still has a problem with ${object}`),
  ...doubts(latest, known),
];

/**
 * Milliseconds within which people have heard of a problem: the delay of a service's notification, the second look at a change
 * that comes late (components/icinga/images/icinga/notify), and some.
 */
const NEWS = 40_000;

/** Says of each object that Icinga has yet to check, or to notify of: people would hear of it in the midst of the next experiment. */
export const undecided = (latest: Latest): string[] => [
  ...doubts(latest, isShared),
  ...latest
    .problemsSince(now() - NEWS)
    .filter((object) => !isShared(object))
    .map((object) => `Icinga may yet tell of ${object}`),
  ...latest.unchecked().map((object) => `Icinga has not checked ${object} yet`),
];

const doubts = (latest: Latest, known: (object: string) => boolean): string[] =>
  latest
    .doubtful()
    .filter((object) => !known(object))
    .map((object) => `Icinga has yet to find out whether ${object} has a problem`);

/**
 * Waits until every service is well, every master was heard, and Icinga has nothing `against` the environment.
 * Resolves with what is still wrong after `patience` (ms); with nothing when all is well. Rejects only when aborted.
 */
export async function awaitSteady(
  inventory: Inventory,
  options: {
    latest: Latest;
    against: (latest: Latest) => string[];
    patience: number;
    signal: AbortSignal;
    say?: (what: string) => void;
  },
): Promise<string[]> {
  const { latest, against, patience, signal, say } = options;
  const ask = asker(inventory);
  let wrong: string[] = [];
  const look = async () => {
    wrong = [...unheard(inventory, latest), ...against(latest)];
    if (wrong.length === 0) wrong = (await ask()).problems.map(({ text }) => text);
    if (signal.aborted) throw new AbortError("interrupted");
    if (wrong.length === 0) return;
    say?.(wrong[0]!);
    throw new Error("not steady yet");
  };
  try {
    await pRetry(look, { ...every(1_000, patience), signal });
    return [];
  } catch (error) {
    signal.throwIfAborted();
    if (wrong.length === 0) throw error;
    return wrong;
  }
}

const unheard = (inventory: Inventory, latest: Latest): string[] =>
  inventory.services
    .filter(({ service, host }) => service === icingaMaster.name && !latest.heard(host))
    .map(({ host }) => `icinga-master on ${host} has not told its states yet`);
