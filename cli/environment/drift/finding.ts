import { type EngineEvent, urnParts } from "../../../engine/index.ts";

/** Something that is not as it is recorded, or could not be looked at. */
export interface Drift {
  /**
   * `gone`: recorded, and not there. `changed`: it has other properties. `file`: a file in it has another content. `unrecorded`: it is
   * there, and this clone's state does not know it. `unknown`: it could not be looked at.
   */
  kind: "gone" | "changed" | "file" | "unrecorded" | "unknown";
  /** Of the resource, or of what Docker has. */
  name: string;
  /** `Container` */
  type: string;
  detail?: string;
}

/** Of a recorded resource, by its URN. */
export function driftOf(kind: Drift["kind"], urn: string, detail?: string): Drift {
  const { name, type } = urnParts(urn);
  return { kind, name, type: type.split(":").at(-1)!, ...(detail && { detail }) };
}

/** What a step of the engine's look found; undefined of what is as it was recorded. */
export function driftIn(event: EngineEvent): Drift | undefined {
  if (event.kind === "diagnostic") {
    return event.severity === "error" && event.urn ? driftOf("unknown", event.urn, event.message) : undefined;
  }
  if (event.phase !== "done") return undefined;
  if (event.op === "delete") return driftOf("gone", event.urn);
  return event.op === "update" ? driftOf("changed", event.urn, event.diff?.join(", ")) : undefined;
}
