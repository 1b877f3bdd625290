import { UserError } from "../../core/errors.ts";
import type { Props } from "../wire/values.ts";

/** What a user can mend: what was asked for, what is there, what to do. */
export class DockerError extends UserError {
  override name = "DockerError";
}

/** The object exists under `id` but did not come up as asked. The engine records it, and the next run mends it. */
export class HalfMade extends DockerError {
  override name = "HalfMade";
  readonly id: string;
  /** Set by the service before it answers. */
  outputs: Props = {};

  constructor(id: string, message: string) {
    super(message);
    this.id = id;
  }
}

/** HTTP status of the daemon's answer; undefined for an error of another kind. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown }).statusCode;
  return typeof status === "number" ? status : undefined;
}

/** The daemon's own words, without dockerode's "(HTTP code 409) conflict - " around them. */
export function daemonMessage(error: unknown): string {
  const { json, message } = error as { json?: { message?: unknown }; message?: unknown };
  return String(json?.message ?? message ?? error).trim();
}

/** The result of a call, or undefined when the daemon says that there is no such object. */
export async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
