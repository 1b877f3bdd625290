import type { Health, Observation } from "../core/health.ts";
import type { Inventory, ServiceRecord } from "../core/inventory.ts";
import { dockerAt } from "../hosts/endpoint.ts";
import { lastWords } from "../hosts/lastWords.ts";
import { endText, lifeIn } from "../hosts/life.ts";
import { type Asking, askHost, type Host } from "./host.ts";

/** Seconds for which a container that Docker had to start again must run before its health is believed. */
export const SETTLES = 5;

/**
 * Asks every container of the inventory how it is: what `steadyState` judges; or only those of some services. Never rejects;
 * what fails is a fact too.
 */
export async function probe(
  inventory: Inventory,
  services = inventory.services,
  asking: Asking = {},
): Promise<Observation[]> {
  const hosts = new Map(
    [...Map.groupBy(services, ({ endpoint }) => endpoint)].map(([endpoint, those]) => [
      endpoint,
      askHost(endpoint, inventory.environment, those, asking),
    ]),
  );
  return Promise.all(services.map((service) => observe(service, hosts.get(service.endpoint)!)));
}

/**
 * Seconds since a container's start by the clock of its own daemon, from what that says for people (`Up 5 seconds`);
 * undefined from a minute on.
 */
export function secondsUp(status: string): number | undefined {
  const [, words] = /^Up (Less than a|\d+) seconds?\b/.exec(status) ?? [];
  return words === undefined ? undefined : Number(words) || 0;
}

async function observe(service: ServiceRecord, host: Host): Promise<Observation> {
  const known = await host.listed;
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
    const { State, RestartCount, ...more } = await it.inspect();
    const ended = await endText(State, RestartCount, () => lastWords(it));
    return { container: State.Status, life: lifeIn({ State, RestartCount, ...more }), ended };
  };
  try {
    if (container !== "running") {
      const { life, ended = "it did not run a moment ago" } = await look();
      return { service, container, life, fit: false, error: ended };
    }
    const life = up === undefined ? undefined : await host.life(service.container);
    const { fit, health } = readHealth(await host.health(service.container));
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

/** @throws when it is not its one line of JSON */
function readHealth({ code, stdout, stderr }: Awaited<ReturnType<Host["health"]>>): { fit: boolean; health: Health } {
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
