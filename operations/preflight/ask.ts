import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, UserError } from "../../core/errors.ts";
import type { Port } from "../../core/service.ts";
import { records } from "../../hosts/records.ts";
import { runOn } from "../../hosts/ssh.ts";
import { readFacts } from "./facts.ts";
import { plan } from "./flows.ts";
import type { Clock, HostLook, Link, Refusal, Tried, Untried } from "./look.ts";
import type { Subject, SubjectHost } from "./subject.ts";

// All that is asked of hosts, by scripts that come with the question: nothing is left there.

/** Milliseconds: for what is there, and for what waits for others. */
const SHORT = 90_000;
const LONG = 180_000;
/** Seconds after which what the probe opened closes by itself. */
const OPEN = 120;

const script = (name: string): string => readFileSync(join(import.meta.dirname, "scripts", name), "utf8");

const run = (endpoint: string, name: string, args: string[], timeout: number, signal?: AbortSignal) =>
  runOn(endpoint, ["bash", "-s", "--", ...args], { stdin: script(name), timeout, signal });

/** Looks at one host by itself. Never throws for what is wrong there. */
export async function lookAt(host: SubjectHost, signal?: AbortSignal): Promise<HostLook> {
  try {
    const { stdout, stderr, code } = await run(host.endpoint, "probe", [...host.names], SHORT, signal);
    const facts = readFacts(stdout);
    if (!facts) return { host, refusal: noShell(stderr.trim() || stdout.trim(), code) };
    return { host, facts, clock: await clockOf(host.endpoint, signal) };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof UserError || error instanceof Failure) return { host, refusal: refusalOf(error.message) };
    throw error;
  }
}

const noShell = (said: string, code: number): Refusal => ({
  kind: "no-shell",
  why: `bash did not run the probe to its end (exit code ${code}${said ? `: ${said.split("\n").at(-1)!.slice(0, 200)}` : ""})`,
  mend: "install bash, and let this user run it over SSH without a forced command",
});

/** What `runOn` says of a host that it can't use: why, then how to mend it, then ssh's own words. */
export function refusalOf(message: string): Refusal {
  const [told = ""] = message.split("\nssh says:");
  const end = told.indexOf(". ");
  const why = end < 0 ? told : told.slice(0, end);
  const mend = end < 0 ? "look with: ssh -v" : told.slice(end + 2).trim();
  const kind = /host key/.test(why) ? "host-key" : /accepts none of/.test(why) ? "login" : "unreachable";
  return { kind, why, mend };
}

/** Looks at a clock; of some looks the quickest one tells most, since the answer was made at some moment between question and end. */
const LOOKS = 5;

async function clockOf(endpoint: string, signal?: AbortSignal): Promise<Clock | undefined> {
  const seen: Clock[] = [];
  for (let look = 0; look < LOOKS; look++) {
    const asked = now();
    const { stdout } = await runOn(endpoint, ["date", "+%s.%N"], { timeout: SHORT, signal });
    const answered = now();
    // A login may say more before it.
    const said = stdout.trim().split("\n").at(-1)!;
    const there = /^\d+\.\d{9}$/.test(said) ? Number(said) : undefined;
    if (there !== undefined) {
      seen.push({ offset: there - (asked + answered) / 2, within: (answered - asked) / 2 });
    }
  }
  return seen.toSorted((a, b) => a.within - b.within)[0];
}

/** Seconds since 1970, by a clock that is not set while it is read. */
const now = (): number => (performance.timeOrigin + performance.now()) / 1000;

/** Tries every declared flow, as far as that is possible. */
export async function tryFlows(
  subject: Subject,
  looks: readonly HostLook[],
  say: (progress: string) => void,
  signal?: AbortSignal,
): Promise<{ tried: Tried[]; untried: Untried[] }> {
  const { trials, untried, opened } = plan(subject, looks);
  const word = randomBytes(8).toString("hex");
  const byName = new Map(subject.hosts.map((host) => [host.name, host]));
  const processes = new Map<string, string>();
  const closed = new Map<string, string>();
  const key = ({ to, protocol, port }: Pick<Tried, "to" | "protocol" | "port">) => `${to} ${protocol} ${port}`;
  const close = (to: string, ports: readonly Port[], why: string) => {
    for (const port of ports) closed.set(key({ to, ...port }), why);
  };
  let result: Tried[] = [];
  try {
    say("opening ports that nobody listens on yet");
    await all([...opened], async ([name, ports]) => {
      const { endpoint, address } = byName.get(name)!;
      const wanted = ports.map(({ protocol, port }) => `${protocol},${address},${port}`);
      const rows = await answered(() => run(endpoint, "listen", [String(OPEN), word, ...wanted], SHORT, signal));
      const said = rows ?? [];
      for (const [kind, protocol, , port, why] of said) {
        if (kind !== "closed") continue;
        const given = ports.filter((each) => each.protocol === protocol && String(each.port) === port);
        close(name, given, `the probe could not listen there: ${why}`);
      }
      const pid = said.find(([kind]) => kind === "process")?.[1];
      if (pid) processes.set(name, pid);
      else close(name, ports, "the probe could not listen there");
    });
    say(`trying ${trials.length} connections`);
    const possible = trials.filter((trial) => !closed.has(key(trial)));
    const bySource = [...Map.groupBy(possible, ({ from }) => from)];
    result = (
      await all(bySource, async ([name, own]) => {
        const wanted = own.map(({ way, target, port }) => `${way},${target},${port}`);
        const rows = await answered(() => run(byName.get(name)!.endpoint, "reach", [word, ...wanted], LONG, signal));
        const results = new Map((rows ?? []).map(([way, target, port, ...rest]) => [`${way},${target},${port}`, rest]));
        return own.flatMap((trial): Tried[] => {
          const [result, took] = results.get(`${trial.way},${trial.target},${trial.port}`) ?? [];
          if (!result) {
            untried.push({ ...trial, reason: { kind: "failed", why: `${name} did not say how it went` } });
            return [];
          }
          if (result === "missing") {
            untried.push({ ...trial, reason: { kind: "no-ping" } });
            return [];
          }
          return [{ ...trial, result, ...(took && { took: Number(took) / 1000 }) }];
        });
      })
    ).flat();
  } finally {
    say("closing them again");
    const gone = await all([...processes], async ([name, pid]) => {
      const rows = await answered(() => run(byName.get(name)!.endpoint, "stop", [word, pid], SHORT)).catch(
        () => undefined,
      );
      return rows?.some(([kind]) => kind === "listened") ? [] : [name];
    });
    // What was closed meanwhile tells nothing of a firewall.
    for (const name of gone.flat()) {
      close(name, opened.get(name)!, "what the probe had opened there was ended by somebody else");
    }
  }
  for (const { way: _, ...trial } of trials) {
    const why = closed.get(key(trial));
    if (why) untried.push({ ...trial, reason: { kind: "failed", why } });
  }
  return { tried: result.filter((trial) => !closed.has(key(trial))), untried };
}

/** Looks at the ways between domains, by ping: those of the databases, and of one host where a domain has none. */
export async function lookAtLinks(subject: Subject, looks: readonly HostLook[], signal?: AbortSignal): Promise<Link[]> {
  const ends = linkEnds(subject, looks);
  const found = await all(ends, async ({ host, facts }) => {
    const mtu = facts!.addresses.find(({ address }) => address === host.address)?.mtu ?? 1500;
    const others = ends.filter((other) => other.host.domain !== host.domain).map((other) => other.host);
    if (others.length === 0) return [];
    const args = others.map(({ address }) => `${address},${mtu}`);
    const rows = (await answered(() => run(host.endpoint, "link", args, LONG, signal))) ?? [];
    return others.flatMap((other) => readLink(rows, host.name, other) ?? []);
  });
  return found.flat();
}

function linkEnds({ domains }: Subject, looks: readonly HostLook[]): HostLook[] {
  const known = looks.filter(({ facts }) => facts);
  return domains.flatMap(({ name }) => {
    const there = known.filter(({ host }) => host.domain === name);
    const databases = there.filter(({ host }) => host.roles.includes("database"));
    return databases.length > 0 ? databases : there.slice(0, 1);
  });
}

/** Undefined where the other one answers no ping. */
export function readLink(rows: readonly string[][], from: string, { name, address }: SubjectHost): Link | undefined {
  const row = (kind: string) => rows.find(([what, target]) => what === kind && target === address)?.slice(2);
  const loss = Number(row("loss")?.[0] ?? "100");
  const round = row("round")?.map(Number);
  if (loss >= 100 || !round) return undefined;
  const packet = row("packet");
  return {
    from,
    to: name,
    loss,
    round: { least: round[0]!, average: round[1]!, most: round[2]! },
    ...(packet && { packet: { size: Number(packet[0]), told: packet[1] === "told" } }),
  };
}

/** The records of a script, undefined where it came to no end: a host that was there a moment ago may be gone. */
async function answered(ask: () => Promise<{ stdout: string }>): Promise<string[][] | undefined> {
  try {
    return records((await ask()).stdout);
  } catch (error) {
    if (error instanceof UserError || error instanceof Failure) return undefined;
    throw error;
  }
}

const all = <A, B>(things: readonly A[], work: (thing: A) => Promise<B>): Promise<B[]> => Promise.all(things.map(work));
