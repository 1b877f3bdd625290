import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerInspectInfo } from "dockerode";
import pLimit from "p-limit";
import { isRemote } from "../core/endpoint.ts";
import type { Life } from "../core/health.ts";
import type { ServiceRecord } from "../core/inventory.ts";
import { connectedTo, dockerAt } from "../hosts/endpoint.ts";
import { exec } from "../hosts/exec.ts";
import { lifeIn } from "../hosts/life.ts";
import { records, recordsAfter } from "../hosts/records.ts";
import { type Ran, runOn } from "../hosts/ssh.ts";

/** Health scripts that run at a time on one endpoint: more only makes each slower. */
const CONCURRENCY = 8;
/** Milliseconds that one health script may take; it promises 2 s itself. */
const TIMEOUT = 5_000;
/** Milliseconds more for one that hears all of its host. */
const GATHERS = 2_000;

/** A container as a daemon lists it: its state, and for how long it has been in it. */
export interface Listed {
  State: string;
  Status: string;
}

/** A container that is asked, and the host whose network it shares. */
export type Asked = Pick<ServiceRecord, "host" | "container">;

/** Who says what `health` says in a container. */
export interface Asking {
  /**
   * Every container by a process of its own, for those who go on by the answer. Otherwise one process in one container of a host hears it
   * from all of them, as far as they answer so; then whoever is root in one of them could answer for a neighbour.
   * @default false
   */
  apart?: boolean;
}

/** What the containers of one endpoint say. */
export interface Host {
  /** Each container of the environment by name, or why the daemon does not tell. */
  listed: Promise<Map<string, Listed> | Error>;
  /** @throws where Docker does not tell */
  life(container: string): Promise<Life>;
  /** What `health` says in it. @throws when it takes too long, or can't be run */
  health(container: string): Promise<Ran>;
}

/**
 * Asks the containers of one endpoint. A daemon of this machine is asked by its API; over SSH, where each call costs a process on both sides,
 * one script asks for all of them, by the daemon there.
 */
export const askHost = (endpoint: string, environment: string, asked: readonly Asked[], asking: Asking = {}): Host =>
  isRemote(endpoint) ? remote(endpoint, environment, asked, asking) : local(endpoint, environment, asked, asking);

const silent = () => new Error(`its Docker daemon did not answer within ${TIMEOUT / 1_000} s`);

function local(endpoint: string, environment: string, asked: readonly Asked[], { apart = false }: Asking): Host {
  const limit = pLimit(CONCURRENCY);
  const list = async (): Promise<Map<string, Listed>> => {
    const filters = { label: [`io.trivet.environment=${environment}`] };
    const abortSignal = AbortSignal.timeout(TIMEOUT);
    const asked = dockerAt(endpoint).listContainers({ all: true, filters, abortSignal });
    const containers = await asked.catch((error) => {
      throw abortSignal.aborted ? silent() : error;
    });
    return new Map(containers.map((container) => [container.Names[0]!.slice(1), container]));
  };
  const listed = list().catch((error: Error) => error);
  const hear = async (those: readonly Asked[]): Promise<Map<string, Ran>> => {
    const known = await listed;
    const runs = ({ container }: Asked) => !(known instanceof Error) && known.get(container)?.State === "running";
    const [first, ...others] = those.filter(runs).map(({ container }) => container);
    // One alone is asked as quickly by itself.
    if (!first || others.length === 0) return new Map();
    const argv = ["perl", "-e", text("gather"), String(TIMEOUT / 1_000), first, ...others];
    return limit(() => exec({ endpoint, container: first }, argv, TIMEOUT + GATHERS)).then(
      ({ stdout }) => heardIn(records(stdout)),
      () => new Map(),
    );
  };
  const heard = new Map(
    [...Map.groupBy(apart ? [] : asked, ({ host }) => host).values()].flatMap((those) => {
      const answers = hear(those);
      return those.map(({ container }) => [container, answers]);
    }),
  );
  return {
    listed,
    life: async (container) => lifeIn(await limit(() => dockerAt(endpoint).getContainer(container).inspect())),
    health: async (container) =>
      inTime((await heard.get(container))?.get(container), endpoint, container) ??
      limit(() => exec({ endpoint, container }, ["health"], TIMEOUT)),
  };
}

/** @throws for an answer that says that health took too long */
function inTime<T extends Ran | undefined>(said: T, endpoint: string, container: string): T {
  if (said?.code === LATE && !said.stdout.trim()) {
    throw new Error(`${container} at ${endpoint} gave no answer within ${TIMEOUT / 1_000} s`);
  }
  return said;
}

/** What `gather` printed of the containers that it heard. */
const heardIn = (rows: string[][] = []): Map<string, Ran> =>
  new Map(
    rows.flatMap(([kind, container, code, stdout, stderr]): [string, Ran][] =>
      kind === "heard" && container
        ? [[container, { code: Number(code), stdout: fromHex(stdout), stderr: fromHex(stderr) }]]
        : [],
    ),
  );

const HEAD = "trivet-health";

/** Beyond what each question may take: milliseconds that a busy host, or this machine, may be late. */
const SLACK = 5_000;

function remote(endpoint: string, environment: string, asked: readonly Asked[], asking: Asking): Host {
  const containers = asked.map(({ container }) => container);
  const answer = askOver(endpoint, environment, containers, asking);
  const answered = async (row: string, container: string) => {
    const said = (await answer).get(row);
    if (!said) throw new Error(`${endpoint} did not say how ${container} is`);
    return said;
  };
  return {
    listed: answer.then(listedIn).catch((error: Error) => error),
    async life(container) {
      const { stdout, stderr } = await answered("inspected", container);
      const rows = linesOf(stdout).map((line) => line.split("\t"));
      const [, restarts, state] = rows.find(([name]) => name === `/${container}`) ?? [];
      if (!state) throw new Error(firstLine(stderr) || `Docker says nothing of ${container}`);
      return lifeIn({ State: JSON.parse(state), RestartCount: Number(restarts) } as ContainerInspectInfo);
    },
    health: async (container) => inTime(await answered(`health ${container}`, container), endpoint, container),
  };
}

/** What the script's commands said: `listed`, `inspected`, and `health` of each container. */
async function askOver(
  endpoint: string,
  environment: string,
  containers: readonly string[],
  { apart = false }: Asking,
): Promise<Map<string, Ran>> {
  // Has an end of its own, and says why a host can't be reached.
  await connectedTo(endpoint);
  const argv = ["bash", "-s", "--", environment, String(TIMEOUT / 1_000), apart ? "" : text("gather"), ...containers];
  const waits = 5 + Math.ceil(containers.length / CONCURRENCY);
  const timeout = waits * TIMEOUT + SLACK;
  const late = AbortSignal.timeout(timeout);
  const { stdout, stderr, code } = await runOn(endpoint, argv, { stdin: text("ask"), signal: late }).catch((error) => {
    throw late.aborted ? new Error(`it did not say how its containers are within ${timeout / 1_000} s`) : error;
  });
  const rows = recordsAfter(HEAD, stdout);
  if (!rows) {
    const said = firstLine(stderr) || firstLine(stdout);
    throw new Error(`bash did not ask its containers to the end (exit code ${code}${said ? `: ${said}` : ""})`);
  }
  const heard = [...heardIn(rows.get("heard")?.map((values) => ["heard", ...values]))];
  rows.delete("heard");
  return new Map([
    ...heard.map(([container, said]): [string, Ran] => [`health ${container}`, said]),
    ...[...rows].flatMap(([kind, those]) =>
      those.map((values): [string, Ran] => {
        const [code, said, complaint] = values.slice(-3);
        const key = [kind, ...values.slice(0, -3)].join(" ");
        return [key, { code: Number(code), stdout: decoded(said), stderr: decoded(complaint) }];
      }),
    ),
  ]);
}

function listedIn(answer: Map<string, Ran>): Map<string, Listed> {
  const said = answer.get("listed")!;
  if (said.code === LATE || said.code === KILLED) throw silent();
  if (said.code !== 0) throw new Error(firstLine(said.stderr) || `docker ended with exit code ${said.code}`);
  return new Map(
    linesOf(said.stdout).map((line) => {
      const [name = "", State = "", Status = ""] = line.split("\t");
      return [name, { State, Status }];
    }),
  );
}

/** Exit codes of `timeout`: it ended the command, or had to kill it. */
const LATE = 124;
const KILLED = 137;

const text = (script: "ask" | "gather"): string => readFileSync(join(import.meta.dirname, "scripts", script), "utf8");
const fromHex = (digits = ""): string => Buffer.from(digits, "hex").toString();
const decoded = (text = ""): string => Buffer.from(text, "base64").toString();
const linesOf = (text: string): string[] => text.split("\n").filter(Boolean);
const firstLine = (text: string): string => linesOf(text.trim())[0] ?? "";
