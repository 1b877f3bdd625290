import { changesText } from "../engine/progress.ts";
import { type Entry, historyOf } from "../environment/journal/index.ts";
import { duration } from "../show/duration.ts";
import { table } from "../show/table.ts";

/** Tells what was done to an environment, when and by whom. */
export async function history(environment: string, { last, json }: { last?: number; json?: boolean }): Promise<void> {
  const all = await historyOf(environment);
  const entries = last === undefined ? all : all.slice(-last);
  if (json) return console.log(JSON.stringify({ environment, entries }));
  if (entries.length === 0) return console.log(`Nothing is written down of "${environment}".`);
  console.log(table(["WHEN", "TOOK", "WHO", "WHAT", "RESULT"], entries.map(row)));
}

function row({ began, ended, user, machine, command, result, changes, domains, error }: Entry): string[] {
  const took = ended ? duration(Date.parse(ended) - Date.parse(began)) : "";
  const details = [
    error,
    changes && (changesText({ changes }) ?? "no change"),
    domains && domains.length > 0 && `in ${domains.join(", ")}`,
  ].filter(Boolean);
  const outcome = details.length > 0 ? `${result}: ${details.join("; ")}` : result;
  return [began, took, `${user}@${machine}`, `trivet ${command}`, outcome];
}
