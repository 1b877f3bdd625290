import pLimit, { type LimitFunction } from "p-limit";
import type { Health, Observation } from "../core/health.ts";
import type { Inventory, ServiceRecord } from "../core/inventory.ts";
import { connectedTo, dockerAt } from "../hosts/endpoint.ts";
import { exec } from "../hosts/exec.ts";
import { lastWords } from "../hosts/lastWords.ts";
import { endText, lifeIn } from "../hosts/life.ts";

/** Health scripts that run at a time on one endpoint: more only makes each slower. */
const CONCURRENCY = 8;
/** Milliseconds that one health script may take; it promises 2 s itself. */
const TIMEOUT = 5_000;
/** Seconds for which a container that Docker had to start again must run before its health is believed. */
export const SETTLES = 5;

/**
 * Asks every container of the inventory how it is: what `steadyState` judges; or only those of some services. Never rejects;
 * what fails is a fact too.
 */
export async function probe(inventory: Inventory, services = inventory.services): Promise<Observation[]> {
  const endpoints = new Map(
    [...new Set(services.map(({ endpoint }) => endpoint))].map((endpoint) => [
      endpoint,
      { limit: pLimit(CONCURRENCY), states: containerStates(endpoint, inventory.environment) },
    ]),
  );
  return Promise.all(
    services.map((service) => {
      const { limit, states } = endpoints.get(service.endpoint)!;
      return observe(service, states, limit);
    }),
  );
}

/** A container as a daemon lists it: its state, and for how long it has been in it. */
interface Listed {
  State: string;
  Status: string;
}

/** Each container of the environment by name, or why the daemon does not tell. */
async function containerStates(endpoint: string, environment: string): Promise<Map<string, Listed> | Error> {
  const filters = { label: [`io.trivet.environment=${environment}`] };
  try {
    await connectedTo(endpoint);
    const abortSignal = AbortSignal.timeout(TIMEOUT);
    const asked = dockerAt(endpoint).listContainers({ all: true, filters, abortSignal });
    const containers = await asked.catch((error) => {
      throw abortSignal.aborted ? new Error(`its Docker daemon did not answer within ${TIMEOUT / 1_000} s`) : error;
    });
    return new Map(containers.map((container) => [container.Names[0]!.slice(1), container]));
  } catch (error) {
    return error as Error;
  }
}

/**
 * Seconds since a container's start by the clock of its own daemon, from what that says for people (`Up 5 seconds`);
 * undefined from a minute on.
 */
export function secondsUp(status: string): number | undefined {
  const [, words] = /^Up (Less than a|\d+) seconds?\b/.exec(status) ?? [];
  return words === undefined ? undefined : Number(words) || 0;
}

async function observe(
  service: ServiceRecord,
  states: Promise<Map<string, Listed> | Error>,
  limit: LimitFunction,
): Promise<Observation> {
  const known = await states;
  if (known instanceof Error) {
    return {
      service,
      container: "unreachable",
      fit: false,
      error: `${service.endpoint}: ${known.message.split("\n")[0]}`,
    };
  }
  const listed = known.get(service.container);
  if (!listed) {
    return { service, container: "missing", fit: false, error: `there is no container ${service.container}` };
  }
  const it = dockerAt(service.endpoint).getContainer(service.container);
  const container = listed.State;
  const up = container === "running" ? secondsUp(listed.Status) : 0;
  /** What Docker knows of it now; it may have ended meanwhile. */
  const look = async () => {
    const { State, RestartCount, ...more } = await limit(() => it.inspect());
    const ended = await endText(State, RestartCount, () => lastWords(it));
    return { container: State.Status, life: lifeIn({ State, RestartCount, ...more }), ended };
  };
  try {
    if (container !== "running") {
      const { life, ended = "it did not run a moment ago" } = await look();
      return { service, container, life, fit: false, error: ended };
    }
    const life = up === undefined ? undefined : lifeIn(await limit(() => it.inspect()));
    const { fit, health } = await limit(() => askHealth(service));
    // One that Docker started again a moment ago may end as it did before, whatever its health says.
    const again = life && life.restarts > 0 && !(fit && up! >= SETTLES);
    return { service, container, life, health, fit: fit && !again, ended: again ? (await look()).ended : undefined };
  } catch (error) {
    const { message } = error as Error;
    const now = up === undefined ? undefined : await look().catch(() => undefined);
    // That it ended says more than that it could not be asked then.
    return { service, container, ...now, ended: undefined, fit: false, error: now?.ended ?? message };
  }
}

/** Runs `health` in a container. @throws when it takes too long, or prints what is not its one line of JSON */
async function askHealth(service: ServiceRecord): Promise<{ fit: boolean; health: Health }> {
  const { code, stdout, stderr } = await exec(service, ["health"], TIMEOUT);
  const health = parseHealth(stdout);
  if (!health)
    throw new Error(`health printed no state: ${(stdout + stderr).trim().slice(0, 200) || "nothing at all"}`);
  return { fit: code === 0, health };
}

function parseHealth(said: string): Health | undefined {
  try {
    const health = JSON.parse(said);
    return typeof health?.state === "string" && typeof health.detail === "string" ? health : undefined;
  } catch {
    return undefined;
  }
}
