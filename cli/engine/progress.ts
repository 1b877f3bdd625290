import type { EngineEvent, Op, Result } from "../../engine/index.ts";
import { duration } from "../show/duration.ts";
import { isWatched, type Say } from "../show/tasks.ts";

const doing: Record<Op, string> = {
  same: "looking at",
  create: "creating",
  update: "updating",
  replace: "replacing",
  delete: "deleting",
  read: "reading",
  refresh: "refreshing",
  import: "importing",
};
const done: Record<Op, string> = {
  same: "unchanged",
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  read: "read",
  refresh: "refreshed",
  import: "imported",
};

/** The engine's events as the line below a step: what is done, and what it waits for since when. */
export function followEvents(say: Say): (event: EngineEvent) => void {
  const underWay = new Map<string, { text: string; since: number }>();
  let finished = 0;
  return (event) => {
    if (event.kind === "diagnostic") {
      if (event.severity === "warning") say(`warning: ${event.message}`, "lasting");
      return;
    }
    const { phase, op, urn, type, name, ms } = event;
    const resource = `${name} (${type.split(":").at(-1)})`;
    if (phase === "start") {
      underWay.set(urn, { text: `${doing[op]} ${resource}`, since: performance.now() });
    } else {
      underWay.delete(urn);
      finished++;
      const took = ms === undefined ? "" : ` in ${duration(ms)}`;
      if (!isWatched && op !== "same")
        say(`${phase === "done" ? done[op] : `failed: ${doing[op]}`} ${resource}${took}`, "lasting");
    }
    const oldest = [...underWay.values()].sort((a, b) => a.since - b.since).slice(0, 3);
    say([`${finished} done`, ...oldest.map(({ text }) => text)].join("; "));
  };
}

const counted: Op[] = ["create", "update", "replace", "delete"];

/** `12 created, 3 updated, 40 unchanged`; undefined when nothing changed. */
export function changesText({ changes }: Pick<Result, "changes">): string | undefined {
  const changed = counted.filter((op) => changes[op]);
  if (changed.length === 0) return undefined;
  return [...changed, "same" as const].flatMap((op) => (changes[op] ? [`${changes[op]} ${done[op]}`] : [])).join(", ");
}
