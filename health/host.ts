import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerInspectInfo } from "dockerode";
import pLimit from "p-limit";
import { isRemote } from "../core/endpoint.ts";
import type { Life } from "../core/health.ts";
import { connectedTo, dockerAt } from "../hosts/endpoint.ts";
import { exec, type Said } from "../hosts/exec.ts";
import { lifeIn } from "../hosts/life.ts";
import { recordsAfter } from "../hosts/records.ts";
import { type Ran, runOn } from "../hosts/ssh.ts";

/** Health scripts that run at a time on one endpoint: more only makes each slower. */
const CONCURRENCY = 8;
/** Milliseconds that one health script may take; it promises 2 s itself. */
const TIMEOUT = 5_000;

/** A container as a daemon lists it: its state, and for how long it has been in it. */
export interface Listed {
  State: string;
  Status: string;
}

/** What the containers of one endpoint say. */
export interface Host {
  /** Each container of the environment by name, or why the daemon does not tell. */
  listed: Promise<Map<string, Listed> | Error>;
  /** @throws where Docker does not tell */
  life(container: string): Promise<Life>;
  /** What `health` says in it. @throws when it takes too long, or can't be run */
  health(container: string): Promise<Pick<Said, "code" | "stdout" | "stderr">>;
}

/**
 * Asks the containers of one endpoint. A daemon of this machine is asked container by container; over SSH, where each call costs a process
 * on both sides, one script asks all of them, by the daemon there.
 */
export const askHost = (endpoint: string, environment: string, containers: readonly string[]): Host =>
  isRemote(endpoint) ? remote(endpoint, environment, containers) : local(endpoint, environment);

const silent = () => new Error(`its Docker daemon did not answer within ${TIMEOUT / 1_000} s`);

function local(endpoint: string, environment: string): Host {
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
  return {
    listed: list().catch((error: Error) => error),
    life: async (container) => lifeIn(await limit(() => dockerAt(endpoint).getContainer(container).inspect())),
    health: (container) => limit(() => exec({ endpoint, container }, ["health"], TIMEOUT)),
  };
}

const HEAD = "trivet-health";

/** Beyond what each question may take: milliseconds that a busy host, or this machine, may be late. */
const SLACK = 5_000;

function remote(endpoint: string, environment: string, containers: readonly string[]): Host {
  const answer = askOver(endpoint, environment, containers);
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
    async health(container) {
      const said = await answered(`health ${container}`, container);
      if (said.code === LATE && !said.stdout.trim()) {
        throw new Error(`${container} at ${endpoint} gave no answer within ${TIMEOUT / 1_000} s`);
      }
      return said;
    },
  };
}

/** What the script's commands said: `listed`, `inspected`, and `health` of each container. */
async function askOver(
  endpoint: string,
  environment: string,
  containers: readonly string[],
): Promise<Map<string, Ran>> {
  // Has an end of its own, and says why a host can't be reached.
  await connectedTo(endpoint);
  const argv = ["bash", "-s", "--", environment, String(TIMEOUT / 1_000), ...containers];
  const waits = 2 + Math.ceil(containers.length / CONCURRENCY);
  const timeout = waits * TIMEOUT + SLACK;
  const late = AbortSignal.timeout(timeout);
  const { stdout, stderr, code } = await runOn(endpoint, argv, { stdin: script(), signal: late }).catch((error) => {
    throw late.aborted ? new Error(`it did not say how its containers are within ${timeout / 1_000} s`) : error;
  });
  const rows = recordsAfter(HEAD, stdout);
  if (!rows) {
    const said = firstLine(stderr) || firstLine(stdout);
    throw new Error(`bash did not ask its containers to the end (exit code ${code}${said ? `: ${said}` : ""})`);
  }
  return new Map(
    [...rows].flatMap(([kind, those]) =>
      those.map((values): [string, Ran] => {
        const [code, said, complaint] = values.slice(-3);
        const key = [kind, ...values.slice(0, -3)].join(" ");
        return [key, { code: Number(code), stdout: decoded(said), stderr: decoded(complaint) }];
      }),
    ),
  );
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

const script = (): string => readFileSync(join(import.meta.dirname, "scripts/ask"), "utf8");
const decoded = (text = ""): string => Buffer.from(text, "base64").toString();
const linesOf = (text: string): string[] => text.split("\n").filter(Boolean);
const firstLine = (text: string): string => linesOf(text.trim())[0] ?? "";
