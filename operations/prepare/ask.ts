import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, UserError } from "../../core/errors.ts";
import { runOn } from "../../hosts/ssh.ts";

/** Milliseconds: packages may have to be fetched. */
const TIMEOUT = 15 * 60_000;

/** As root, by sudo where one logs in as somebody else. sudo keeps no variables: by which port one came is handed on. */
const AS_ROOT = `if [ "$(id -u)" = 0 ]; then TRIVET_SSH_CONNECTION="$SSH_CONNECTION" exec bash -s -- "$@"; fi
sudo -n true 2> /dev/null || { echo trivet-no-root; exit 1; }
exec sudo -n env TRIVET_SSH_CONNECTION="$SSH_CONNECTION" bash -s -- "$@"`;

const argvOf = (args: readonly string[]): string[] => ["sh", "-c", AS_ROOT, "sh", ...args];

const script = (): string => readFileSync(join(import.meta.dirname, "scripts/host"), "utf8");

/**
 * Runs a part of `scripts/host` on a host, as root.
 *
 * @throws {UserError} where this user may not become root
 * @throws {Failure} where it went wrong, with what the host said
 */
export async function ask(endpoint: string, part: string, ...args: string[]): Promise<string> {
  return answered(
    endpoint,
    part,
    await runOn(endpoint, argvOf([part, ...args]), { stdin: script(), timeout: TIMEOUT }),
  );
}

/**
 * The same over a connection of its own. One that was there before goes on through whatever firewall is loaded, and tells nothing.
 *
 * @throws {Failure} where the host can't be reached anew within `seconds`
 */
export async function askAnew(endpoint: string, seconds: number, part: string, ...args: string[]): Promise<string> {
  const options = { stdin: script(), timeout: seconds * 1000, anew: true };
  return answered(endpoint, part, await runOn(endpoint, argvOf([part, ...args]), options));
}

function answered(
  endpoint: string,
  part: string,
  { stdout, stderr, code }: { stdout: string; stderr: string; code: number },
): string {
  if (stdout.includes("trivet-no-root")) {
    throw new UserError(
      `The user of ${endpoint} is not root and may not run sudo without a password. Allow it (a line "<user> ALL=(ALL) NOPASSWD: ALL" under /etc/sudoers.d), or give an endpoint of another user for this.`,
    );
  }
  if (code !== 0) {
    const words = stderr.trim().split("\n").slice(-8).join("\n  ");
    throw new Failure(`${endpoint}: ${part} ended with exit code ${code}${words ? `:\n  ${words}` : "."}`);
  }
  return stdout;
}
