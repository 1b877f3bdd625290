import { UserError } from "../../core/errors.ts";

/** `--json` is for what is shown. @throws {UserError} where a command that also does something is given it without `--list` */
export function mustList({ json, list }: { json?: boolean; list?: boolean }): void {
  if (json && !list) throw new UserError("--json is the form of what --list shows: give both, or none.");
}
