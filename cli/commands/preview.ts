import { Failure } from "../../core/errors.ts";
import { chooseEngine } from "../engine/choose.ts";
import type { EngineEvent, EngineName } from "../engine/engine.ts";
import { changesText } from "../engine/progress.ts";
import { historyText } from "../environment/history.ts";
import { findInventory } from "../environment/inventory.ts";
import { mustOwn } from "../environment/owner/index.ts";
import { mustKeepNames } from "../environment/renamed.ts";
import { loadEnvironment } from "../environment/settings.ts";
import { table } from "../show/table.ts";

/** Prints what `up` would do, and changes nothing. */
export async function preview(environment: string, { engine: wanted }: { engine?: EngineName }): Promise<void> {
  const { settings } = await loadEnvironment(environment);
  const recorded = await findInventory(environment);
  mustKeepNames(recorded, settings);
  const { missing } = await mustOwn(environment, settings);
  const engine = await chooseEngine(wanted);
  console.log(`What bringing up ${environment} with ${engine.title} would do:\n`);
  process.stderr.write(historyText(recorded, settings));
  const steps: string[][] = [];
  const onEvent = (event: EngineEvent) => {
    if (event.kind === "diagnostic") {
      if (event.severity === "warning") console.error(`warning: ${event.message}`);
      return;
    }
    const { op, phase, type, name, diff = [] } = event;
    if (phase === "done" && op !== "same" && op !== "read") steps.push([op, type, name, diff.join(", ")]);
  };
  for (const { kind, name } of missing)
    console.log(`The ${kind} ${name} is gone: up makes it anew, and what needs it.`);
  const result = await engine.preview({ environment, onEvent });
  if (steps.length) console.log(`${table(["STEP", "TYPE", "NAME", "BECAUSE OF"], steps)}\n`);
  if (!result.ok) throw new Failure(result.errors.join("\n"));
  console.log(changesText(result) ?? "No change.");
}
