import { Failure } from "../../core/errors.ts";
import { ask, askAnew } from "./ask.ts";
import { type Change, type HostPlan, paths, planOf, type Wanted } from "./plan.ts";
import { readSeen, type Seen } from "./seen.ts";

/** Seconds after which new firewall rules are taken back, unless a new connection confirmed them. */
const CONFIRM = 60;
/** Of them, how long a new connection is tried for. */
const TRY = 40;

/** Seconds that a busy host may be late with taking them back. */
const SLACK = 30;

/** Looks at a host and changes nothing. */
export async function lookAt(endpoint: string): Promise<Seen> {
  const seen = readSeen(await ask(endpoint, "look", ...paths));
  if (!seen) throw new Failure(`${endpoint}: bash did not look to the end.`);
  return seen;
}

export const planFor = async (wanted: Wanted): Promise<HostPlan> => planOf(wanted, await lookAt(wanted.endpoint));

/**
 * Changes a host as planned, and looks afterwards whether all that ran before still runs.
 *
 * @param confirmWithin seconds until new firewall rules are taken back
 * @throws {Failure} at the first change that went wrong: those before it stay, and the next run goes on from there
 */
export async function apply(
  { environment }: { environment: string },
  { host, endpoint, changes }: HostPlan,
  say: (what: string) => void = () => {},
  { confirmWithin = CONFIRM }: { confirmWithin?: number } = {},
): Promise<void> {
  if (changes.length === 0) return;
  const before = await running(endpoint);
  await ask(endpoint, "own", environment);
  for (const change of changes) {
    say(change.what);
    await make(endpoint, change, confirmWithin);
  }
  say("look again");
  if (changes.some(({ kind }) => kind === "docker" || kind === "packages")) await ask(endpoint, "docker_ok");
  const after = new Set(await running(endpoint));
  const lost = before.filter((name) => !after.has(name));
  if (lost.length > 0) {
    throw new Failure(`${host}: ${lost.join(", ")} ran before and does not now. Look with: docker logs ${lost[0]}`);
  }
}

const running = async (endpoint: string): Promise<string[]> =>
  (await ask(endpoint, "running")).split("\n").filter(Boolean);

const base64 = (text: string): string => Buffer.from(text).toString("base64");

async function make(endpoint: string, change: Change, confirmWithin: number): Promise<void> {
  switch (change.kind) {
    case "packages":
      await ask(endpoint, "packages", ...change.names);
      return;
    case "docker":
      await ask(
        endpoint,
        "docker_file",
        change.path,
        "644",
        base64(change.text),
        change.restart ? "restart" : "reload",
      );
      return;
    case "sshd":
      await ask(endpoint, "sshd_file", change.path, "644", base64(change.text));
      return;
    case "file":
      await ask(endpoint, "put", change.path, change.mode, base64(change.text));
      return;
    case "unit":
      await ask(endpoint, "unit_file", change.path, "644", base64(change.text), change.start ?? "");
      return;
    case "clock":
      await ask(endpoint, "off", change.unit);
      return;
    case "firewall":
      await loadRules(endpoint, change.text, confirmWithin);
  }
}

/** Loads rules, and confirms them as the operator would come: by a new connection. Else the host takes them back by itself. */
async function loadRules(endpoint: string, text: string, confirmWithin: number): Promise<void> {
  await ask(endpoint, "firewall_try", String(confirmWithin), base64(text));
  try {
    await askAnew(endpoint, Math.min(TRY, confirmWithin), "firewall_confirm");
  } catch (error) {
    // By the connection that is there, which goes on through whatever rules.
    await ask(endpoint, "firewall_gone", String(confirmWithin + SLACK));
    throw new Failure(
      `${endpoint}: with the new rules no new SSH connection came through, so they were taken back after ${confirmWithin} s. ${(error as Error).message}`,
    );
  }
}

/** One thing that a restore takes back. */
export type Former =
  | { kind: "file"; path: string; how: "former" | "removed" | "changed" }
  | { kind: "unit"; unit: string; enabled: boolean; active: boolean }
  | { kind: "packages"; names: string[] };

/** Takes all back that was changed on a host, or says what that would be. A file that somebody has changed since is left as it is. */
export async function restore(endpoint: string, how: "list" | "do"): Promise<Former[]> {
  const said = await ask(endpoint, "restore", how);
  return said.split("\n").flatMap((line): Former[] => {
    const [kind, name = "", state = ""] = line.split("\t");
    if (kind === "file") return [{ kind, path: name, how: state as "former" }];
    if (kind === "packages") return [{ kind, names: name.split(" ") }];
    if (kind !== "unit") return [];
    const [enabled, active] = state.split(" ");
    return [{ kind, unit: name, enabled: enabled === "yes", active: active === "yes" }];
  });
}
