import { UserError } from "../core/errors.ts";

/** A resource option or protocol feature of Pulumi that this engine does not have: refused by its name. */
export class UnsupportedError extends UserError {
  constructor(feature: string) {
    super(
      `${feature} is not supported by the embedded engine. Leave it out, or run the program with the Pulumi CLI: both read the same state.`,
    );
  }
}

/** Nothing went wrong with this step itself: the deployment is over (failed elsewhere, or interrupted). */
export class Cancelled extends Error {
  override name = "Cancelled";
  constructor() {
    super("the deployment was cancelled");
  }
}

/** The message for a person: a gRPC error's details, an error's message, or the thing itself. */
export function messageOf(error: unknown): string {
  if (error && typeof error === "object") {
    if ("details" in error && typeof error.details === "string" && error.details) return error.details;
    if ("message" in error && typeof error.message === "string") return error.message;
  }
  return String(error);
}
