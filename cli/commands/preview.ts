import { Failure } from "../../core/errors.ts";
import { chooseEngine } from "../engine/choose.ts";
import type { EngineEvent, EngineName } from "../engine/engine.ts";
import { changesText } from "../engine/progress.ts";
import { historyText } from "../environment/history.ts";
import { findInventory } from "../environment/inventory.ts";
import { mustOwn } from "../environment/owner/index.ts";
import { mustKeepNames } from "../environment/renamed.ts";
import { mustKeepServers } from "../environment/servers.ts";
import { loadEnvironment } from "../environment/settings.ts";
import { table } from "../show/table.ts";

/** Prints what `up` would do, and changes nothing. */
export async function preview(
  environment: string,
  { engine: wanted, json }: { engine?: EngineName; json?: boolean },
): Promise<void> {
  const { settings } = await loadEnvironment(environment);
  const recorded = await findInventory(environment);
  mustKeepNames(recorded, settings);
  mustKeepServers(recorded, settings);
  const { missing } = await mustOwn(environment, settings);
  const engine = await chooseEngine(wanted);
  if (!json) console.log(`What bringing up ${environment} with ${engine.title} would do:\n`);
  process.stderr.write(historyText(recorded, settings));
  const steps: { op: string; type: string; name: string; diff: readonly string[] }[] = [];
  const onEvent = (event: EngineEvent) => {
    if (event.kind === "diagnostic") {
      if (event.severity === "warning") console.error(`warning: ${event.message}`);
      return;
    }
    const { op, phase, type, name, diff = [] } = event;
    if (phase === "done" && op !== "same" && op !== "read") steps.push({ op, type, name, diff });
  };
  if (!json) {
    for (const { kind, name } of missing)
      console.log(`The ${kind} ${name} is gone: up makes it anew, and what needs it.`);
  }
  const result = await engine.preview({ environment, onEvent });
  if (json) {
    const { ok, changes, errors } = result;
    const gone = missing.map(({ kind, name }) => ({ kind, name }));
    console.log(JSON.stringify({ environment, ok, changes, missing: gone, steps, errors }));
    process.exitCode = ok ? 0 : 1;
    return;
  }
  const rows = steps.map(({ op, type, name, diff }) => [op, type, name, diff.join(", ")]);
  if (rows.length) console.log(`${table(["STEP", "TYPE", "NAME", "BECAUSE OF"], rows)}\n`);
  if (!result.ok) throw new Failure(result.errors.join("\n"));
  console.log(changesText(result) ?? "No change.");
}
