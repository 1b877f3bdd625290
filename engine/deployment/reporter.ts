import { messageOf } from "../errors.ts";
import type { EngineEvent, Op, Severity } from "../events.ts";
import { StateError } from "../state/errors.ts";
import { type Urn, urnParts } from "../wire/urn.ts";
import { Redactor } from "./redactor.ts";

/** A step under way. */
export interface RunningStep {
  done(found?: Finding): void;
  failed(error: unknown): void;
}

export interface StepDetails {
  /** The properties that changed. */
  diff?: string[];
  /** False for the second half of a step that was counted already: the deletion of what a replacement left. */
  counted?: boolean;
}

/** What a look at a resource found: its step is then told and counted as that. */
export interface Finding {
  op: Op;
  diff?: string[];
}

/** Tells the caller what happens, and counts it for the result. */
export class Reporter {
  readonly changes: Partial<Record<Op, number>> = {};
  readonly errors: string[] = [];
  /** Why the record of the run could not be written, from some moment on. */
  unrecorded: StateError | undefined;
  /** What must not be told. */
  readonly secrets = new Redactor();
  readonly #told = new WeakSet<Error>();
  readonly #emit: (event: EngineEvent) => void;

  constructor(emit: (event: EngineEvent) => void) {
    this.#emit = emit;
  }

  start(op: Op, urn: Urn, { diff, counted = true }: StepDetails): RunningStep {
    const began = performance.now();
    const { type, name } = urnParts(urn);
    const event = { kind: "step", op, urn, type, name, ...(diff?.length && { diff }) } as const;
    const ms = (): number => Math.round(performance.now() - began);
    this.#emit({ ...event, phase: "start" });
    return {
      done: (found) => {
        if (counted) this.#count(found?.op ?? op);
        this.#emit({ ...event, ...found, phase: "done", ms: ms() });
      },
      failed: (error) => this.#emit({ ...event, phase: "failed", ms: ms(), error: this.#message(error) }),
    };
  }

  same(urn: Urn): void {
    const { type, name } = urnParts(urn);
    this.#count("same");
    this.#emit({ kind: "step", phase: "done", op: "same", urn, type, name, ms: 0 });
  }

  log(severity: Severity, message: string, urn?: Urn): void {
    const text = this.secrets.redact(message.trimEnd());
    if (text) this.#emit({ kind: "diagnostic", severity, message: text, ...(urn && { urn }) });
  }

  /** One error may end many things (a provider that does not start): it is told once. */
  error(error: unknown, urn?: Urn): void {
    if (error instanceof Error) {
      if (this.#told.has(error)) return;
      this.#told.add(error);
    }
    if (error instanceof StateError) this.unrecorded ??= error;
    const message = this.#message(error);
    this.errors.push(urn ? `${urnParts(urn).name}: ${message}` : message);
    this.log("error", message, urn);
    // A fault of the engine itself: whoever looks for it wants to know where.
    if (error instanceof TypeError || error instanceof RangeError) this.log("debug", error.stack ?? "", urn);
  }

  #message(error: unknown): string {
    return this.secrets.redact(messageOf(error));
  }

  #count(op: Op): void {
    this.changes[op] = (this.changes[op] ?? 0) + 1;
  }
}
