import { type Broken, findBroken } from "../../checks/guard/leftovers.ts";
import { findInventory } from "./inventory.ts";

/**
 * Tells, beside what a command prints, what is broken on purpose. Whatever goes wrong here is the command's own to tell.
 */
export async function tellBroken(environment: string): Promise<void> {
  const inventory = await findInventory(environment).catch(() => undefined);
  if (!inventory) return;
  const broken = await findBroken(inventory);
  const texts = [leftText(environment, broken), passingText(environment, broken)].filter(Boolean);
  if (texts.length > 0) console.error(`${texts.join("\n")}\n`);
}

/** What chaos runs have left broken and nobody heals by itself, a sentence with the way to heal it; undefined when nothing. */
export function leftText(environment: string, broken: readonly Broken[]): string | undefined {
  const left = broken.filter(({ healer }) => healer === "nobody").flatMap(({ faults }) => faults);
  if (left.length === 0) return undefined;
  return `A chaos run that was killed has left this broken: ${[...new Set(left)].join(", ")}. Heal it: trivet heal ${environment}`;
}

/** What is broken for the moment, and healed without anybody's doing; undefined when nothing. */
export function passingText(environment: string, broken: readonly Broken[]): string | undefined {
  const named = (healer: Broken["healer"]) => [
    ...new Set(broken.filter((each) => each.healer === healer).flatMap(({ faults }) => faults)),
  ];
  const healing = named("guard");
  const sentences = [
    broken.some(({ healer }) => healer === "run") &&
      `A chaos run is at work on ${environment}; broken on purpose just now: ${named("run").join(", ") || "nothing"}.`,
    healing.length > 0 && `A chaos run was killed, and its guard heals what that left: ${healing.join(", ")}.`,
  ];
  return sentences.filter(Boolean).join("\n") || undefined;
}
