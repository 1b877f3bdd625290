import pRetry, { AbortError } from "p-retry";
import type { Inventory, ServiceRecord } from "../../stacks/inventory.ts";
import { probe } from "../probe.ts";
import { steadyState } from "../steadyState.ts";
import type { Latest } from "./latest.ts";

/**
 * Waits until every service is well, every master was heard, and Icinga has no problem but `known` ones.
 * Resolves with what is still wrong after `patience` (ms); with nothing when all is well. Rejects only when aborted.
 */
export async function awaitSteady(
  inventory: Inventory,
  options: {
    latest: Latest;
    known: (object: string) => boolean;
    patience: number;
    signal: AbortSignal;
    say?: (what: string) => void;
  },
): Promise<string[]> {
  const { latest, known, patience, signal, say } = options;
  const ask = asker(inventory);
  let wrong: string[] = [];
  const look = async () => {
    wrong = [
      ...unheard(inventory, latest),
      ...latest
        .problems()
        .filter((object) => !known(object))
        .map(stillWrong),
    ];
    if (wrong.length === 0) wrong = await ask();
    if (signal.aborted) throw new AbortError("interrupted");
    if (wrong.length === 0) return;
    say?.(wrong[0]!);
    throw new Error("not steady yet");
  };
  try {
    await pRetry(look, { retries: patience / 1_000, factor: 1, minTimeout: 1_000, maxRetryTime: patience, signal });
    return [];
  } catch (error) {
    signal.throwIfAborted();
    if (wrong.length === 0) throw error;
    return wrong;
  }
}

const stillWrong = (object: string) => `Icinga still has a problem with ${object}`;

/**
 * Asks what is wrong. To ask all is dear (a process in each container): what was unfit is asked alone until it is well, and
 * then all once more.
 */
function asker(inventory: Inventory): () => Promise<string[]> {
  let unfit: ServiceRecord[] = [];
  return async () => {
    const before = (await probe(inventory, unfit)).filter(({ fit }) => !fit);
    if (before.length > 0) {
      unfit = before.map(({ service }) => service);
      return before.map(
        ({ service, health, error }) => `${service.service} on ${service.host}: ${error ?? health!.detail}`,
      );
    }
    const all = await probe(inventory);
    unfit = all.filter(({ fit }) => !fit).map(({ service }) => service);
    return steadyState(inventory, all).problems;
  };
}

const unheard = (inventory: Inventory, latest: Latest): string[] =>
  inventory.services
    .filter(({ service, host }) => service === "icinga-master" && !latest.heard(host))
    .map(({ host }) => `icinga-master on ${host} has not told its states yet`);
