import { UserError } from "../../core/errors.ts";

/** The state's file can't be read, or not be written: says which file, and the way back. */
export class StateError extends UserError {
  override name = "StateError";
}

const READ_ONLY = ["EROFS", "EACCES", "EPERM"];
const FULL = ["ENOSPC", "EDQUOT"];

/** A failed write, in words; what is no matter of disks and rights stays as it is. */
export function writeError(path: string, error: unknown): unknown {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (FULL.includes(code)) {
    return new StateError(
      `The disk of ${path} is full: the former state is still there, and what was under way is noted in it; make room on that disk, then give the same command again.`,
    );
  }
  if (READ_ONLY.includes(code)) {
    return new StateError(
      `${path} can't be written (${code}): nothing is done without a record of it; make that folder and its files writable for you, then give the same command again.`,
    );
  }
  return error;
}
