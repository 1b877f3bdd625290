import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import dotenv from "dotenv";
import { UserError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";

type Variables = Record<string, string | undefined>;

/** What belongs to the operator's machine and not to an environment; `.env.example` says what each is for. */
export const operatorNames = [
  "PULUMI_BACKEND_URL",
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_CONFIG_PASSPHRASE_FILE",
  "TRIVET_ENGINE",
  "TRIVET_SSH_CONFIG",
] as const;

const files = ["PULUMI_CONFIG_PASSPHRASE_FILE", "TRIVET_SSH_CONFIG"] as const;

/**
 * Adds to the variables what the folder's `.env` gives; one that is set already stays. A path in that file is seen from its folder, one of
 * the environment from the working directory; afterwards each is absolute.
 *
 * @throws {UserError} when the file is there and can't be read
 */
export function readOperator(folder: string, variables: Variables = process.env): void {
  const path = join(folder, ".env");
  const before = new Set(Object.keys(variables));
  const { error } = dotenv.config({ path, quiet: true, processEnv: variables as Record<string, string> });
  if (error && error.code !== "ENOENT") {
    throw new UserError(
      `${path} can't be read (${error.code}): make it readable for you, then give the command again.`,
    );
  }
  for (const name of files) {
    const given = variables[name];
    if (given)
      variables[name] = resolve(before.has(name) ? process.cwd() : folder, given.replace(/^~(?=\/)/, homedir()));
  }
}

/**
 * Every variable of ours is one that there is, and leads somewhere. Those of the Pulumi CLI that we don't know are its own, unless one is
 * nearly ours.
 *
 * @param made variables whose file the command itself makes
 * @throws {UserError} on a misspelt name, an address of the state that none can be at, or a path that is not there
 */
export function checkOperator(
  folder: string,
  variables: Variables = process.env,
  made: readonly (typeof files)[number][] = [],
): void {
  for (const name of Object.keys(variables)) checkName(name);
  for (const name of files) {
    const path = variables[name];
    if (path && !made.includes(name) && !existsSync(path))
      throw new UserError(`${name} names ${path}, which is not there: correct it, or make it.`);
  }
  if (variables.PULUMI_BACKEND_URL) checkBackend(variables.PULUMI_BACKEND_URL, folder);
}

function checkName(name: string): void {
  const [, prefix, own] = /^(PULUMI_|TRIVET_)(.+)$/.exec(name) ?? [];
  if (!prefix || !own || (operatorNames as readonly string[]).includes(name)) return;
  const known = operatorNames.filter((each) => each.startsWith(prefix));
  // By what is theirs alone: all begin alike.
  const meant = nearest(
    own,
    known.map((each) => each.slice(prefix.length)),
  );
  if (meant)
    throw new UserError(
      `There is no variable ${name}: expected ${prefix}${meant}. Correct it (in .env or where it is set).`,
    );
}

function checkBackend(backend: string, folder: string): void {
  if (!/^[a-z][a-z0-9+]*:\/\/./.test(backend)) {
    const meant = backend.startsWith("/") ? `: write "file://${backend}"` : "";
    throw new UserError(
      `PULUMI_BACKEND_URL is "${backend}"; expected an address such as "file:///mnt/team/trivet" or "s3://bucket"${meant}.`,
    );
  }
  const path = /^file:\/\/(.*)$/.exec(backend)?.[1];
  if (path === undefined) return;
  const state = path.startsWith("~") ? join(homedir(), path.slice(1)) : resolve(folder, path);
  // Our own folder makes it when it is first needed. Elsewhere it may be a share that is not mounted, and nothing must begin anew there.
  if (state.startsWith(join(folder, "/")) || existsSync(state)) return;
  throw new UserError(
    `PULUMI_BACKEND_URL names ${state}, which is not there: mount it, or make it ("mkdir -m 2770 ${state}" for a group that shares it).`,
  );
}
