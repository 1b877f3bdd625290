import type { Urn } from "./wire/urn.ts";

/** What happens to one resource. */
export type Op = "same" | "create" | "update" | "replace" | "delete" | "read" | "refresh" | "import";

export interface StepEvent {
  kind: "step";
  /** A step that finds nothing to do (`same`) has no start. */
  phase: "start" | "done" | "failed";
  op: Op;
  urn: Urn;
  type: string;
  name: string;
  /** The properties that changed. */
  diff?: string[];
  /** How long the step took, in milliseconds. */
  ms?: number;
  error?: string;
}

export type Severity = "debug" | "info" | "warning" | "error";

export interface DiagnosticEvent {
  kind: "diagnostic";
  severity: Severity;
  message: string;
  /** The resource that it is about. */
  urn?: Urn;
}

export type EngineEvent = StepEvent | DiagnosticEvent;
