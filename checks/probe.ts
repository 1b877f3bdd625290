import pLimit, { type LimitFunction } from "p-limit";
import type { Inventory, ServiceRecord } from "../stacks/inventory.ts";
import { dockerAt } from "./endpoint.ts";
import { exec } from "./exec.ts";
import type { Health, Observation } from "./facts.ts";

/** Health scripts that run at a time on one endpoint: more only makes each slower. */
const CONCURRENCY = 8;
/** Milliseconds that one health script may take; it promises 2 s itself. */
const TIMEOUT = 5_000;

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

/** Docker's word for each container of the environment by name, or why the daemon does not tell. */
async function containerStates(endpoint: string, environment: string): Promise<Map<string, string> | Error> {
  try {
    const filters = { label: [`io.trivet.environment=${environment}`] };
    const abortSignal = AbortSignal.timeout(TIMEOUT);
    const containers = await dockerAt(endpoint).listContainers({ all: true, filters, abortSignal });
    return new Map(containers.map(({ Names, State }) => [Names[0]!.slice(1), State]));
  } catch (error) {
    return error as Error;
  }
}

async function observe(
  service: ServiceRecord,
  states: Promise<Map<string, string> | Error>,
  limit: LimitFunction,
): Promise<Observation> {
  const known = await states;
  if (known instanceof Error) {
    return { service, container: "unreachable", fit: false, error: `${service.endpoint}: ${known.message}` };
  }
  const container = known.get(service.container) ?? "missing";
  if (container !== "running") {
    const error = container === "missing" ? `there is no container ${service.container}` : "the container does not run";
    return { service, container, fit: false, error };
  }
  try {
    return { service, container, ...(await limit(() => askHealth(service))) };
  } catch (error) {
    return { service, container, fit: false, error: (error as Error).message };
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
