import { Failure } from "../../../core/errors.ts";
import type { Engine, EngineEvent, Run } from "../../engine/engine.ts";
import { table } from "../../show/table.ts";
import type { Place, Places } from "./places.ts";

/** One thing that an `up` would do. */
export interface Planned {
  op: Extract<EngineEvent, { kind: "step" }>["op"];
  urn: string;
  /** `Container` */
  type: string;
  name: string;
  /** The properties that it is because of. */
  diff: readonly string[];
  /** Absent for what all share. */
  place?: Place;
}

/** The steps of a preview, without those that change nothing. */
export function plannedIn(event: EngineEvent, places: Places): Planned[] {
  if (event.kind !== "step" || event.phase !== "done" || event.op === "same" || event.op === "read") return [];
  const { op, urn, type, name, diff = [] } = event;
  const place = places({ urn, name });
  return [{ op, urn, type: type.split(":").at(-1)!, name, diff, ...(place && { place }) }];
}

/**
 * Asks the engine what an `up` would do, and changes nothing.
 *
 * @throws {Failure} when it can't tell
 */
export async function planChange(
  environment: string,
  engine: Engine,
  places: Places,
  config?: Run["config"],
): Promise<Planned[]> {
  const planned: Planned[] = [];
  const { ok, errors } = await engine.preview({
    environment,
    config,
    onEvent: (event) => planned.push(...plannedIn(event, places)),
  });
  if (!ok)
    throw new Failure(
      [`What would be done to ${environment} can't be told:`, ...errors.map((error) => `  - ${error}`)].join("\n"),
    );
  return planned;
}

/** What becomes of those who use a service while a step is done; undefined where they notice nothing. */
export function interruption({ op, type }: Pick<Planned, "op" | "type">): string | undefined {
  if (type === "Container") {
    if (op === "replace") return "made anew: away from its stop until it is fit again; its data stays";
    if (op === "delete") return "removed for good";
    if (op === "update") return "changed as it runs";
  }
  if (type === "ConfigFiles" && op !== "create" && op !== "delete") return "its daemon takes new files as it runs";
  if (type === "Volume" && (op === "replace" || op === "delete")) return "removed: its data is lost";
  if (type === "Network" && op === "replace") return "made anew: all on it are away meanwhile";
  return undefined;
}

const SHARED = "(all)";

/** What would be done, by domain, and whom that interrupts for how long, as far as it is known. */
export function planText(planned: readonly Planned[]): string {
  const byDomain = [...Map.groupBy(planned, ({ place }) => place?.domain ?? SHARED)].sort(([a], [b]) =>
    a === SHARED ? -1 : b === SHARED ? 1 : a.localeCompare(b),
  );
  const rows = byDomain.flatMap(([domain, steps]) =>
    steps.map(({ op, type, name, diff }) => [domain, op, type, name, diff.join(", ")]),
  );
  const told = byDomain.flatMap(([domain, steps]) => {
    const interrupted = Map.groupBy(
      steps.filter((step) => interruption(step) !== undefined),
      (step) => interruption(step)!,
    );
    return [...interrupted].map(([what, which]) => `  ${domain}: ${which.map(({ name }) => name).join(", ")}: ${what}`);
  });
  const end = told.length > 0 ? ["Interrupted:", ...told] : ["Nothing that runs is interrupted."];
  return `${table(["DOMAIN", "STEP", "TYPE", "NAME", "BECAUSE OF"], rows)}\n\n${end.join("\n")}`;
}
