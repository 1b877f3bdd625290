import type { Fault } from "../faults/fault.ts";
import type { Guards } from "../guard/index.ts";
import { type History, now } from "../history/events.ts";

/** What a fault is injected and healed with: each step is in the history. */
interface Hands {
  guards: Guards;
  history: History;
}

/** Injects a fault. @throws with what the guard said */
export async function inject(fault: Fault, { guards, history }: Hands): Promise<void> {
  const tell = teller(fault, history);
  tell("inject");
  try {
    await guards.inject(fault);
    tell("injected");
  } catch (error) {
    tell("failed", (error as Error).message);
    throw new Error(`${fault.id} could not be injected: ${(error as Error).message}`);
  }
}

/** Heals a fault; nothing when it was never injected. @throws with what the guard said */
export async function heal(fault: Fault, { guards, history }: Hands): Promise<void> {
  const tell = teller(fault, history);
  tell("heal");
  try {
    await guards.heal(fault);
    tell("healed");
  } catch (error) {
    tell("failed", (error as Error).message);
    throw new Error(`${fault.id} could not be healed: ${(error as Error).message}`);
  }
}

/**
 * Makes a fault's hosts ready for it, or puts them back: their services restart meanwhile. That is no part of the fault, and
 * hurts all the same, so the history has it as something that begins and ends and is never `injected`.
 */
export async function changing(fault: Fault, what: "prepare" | "restore", { guards, history }: Hands): Promise<void> {
  if (!fault[what]) return;
  const tell = teller({ id: `${what} for ${fault.id}`, hosts: fault.hosts }, history);
  tell("inject");
  await guards[what](fault);
  tell("healed");
}

/** Writes down what becomes of a fault, or of anything else that hurts hosts for a while. */
export const teller =
  ({ id, hosts }: Pick<Fault, "id" | "hosts">, history: History) =>
  (action: "inject" | "injected" | "heal" | "healed" | "failed", detail?: string) =>
    history.add({ kind: "fault", t: now(), fault: id, action, hosts, detail });
