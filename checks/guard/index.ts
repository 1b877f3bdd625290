import pRetry from "p-retry";
import { UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import type { Fault } from "../faults/fault.ts";
import { endpoints, findGuard, removeGuard, startGuard } from "./container.ts";
import { execIn, type Said } from "./exec.ts";
import { beat } from "./heartbeat.ts";

export type { Said };

/**
 * The suite's hand on every Docker endpoint. Each has a guard container, which heals all that is open by itself when the suite
 * has not been heard for ten seconds. Nothing else injects a fault.
 */
export interface Guards {
  /** Runs a fault's `prepare`, with its `restore` on record. @throws {UserError} with what the script said */
  prepare(fault: Fault): Promise<void>;
  /** Injects a fault, its healing on record before; returns when it is really there. @throws {UserError} else */
  inject(fault: Fault): Promise<void>;
  /** Heals a fault until its `healed` holds, 90 s at most; nothing when it was never injected. @throws {UserError} else */
  heal(fault: Fault): Promise<void>;
  /** Heals all that is open on all endpoints. @throws {UserError} when something would not heal: it stays on record */
  healAll(): Promise<void>;
  /** Undoes a fault's `prepare`; nothing when there is none on record. @throws {UserError} with what the script said */
  restore(fault: Fault): Promise<void>;
  /**
   * Runs bash in the guard of an endpoint, which has `docker` and the guard's own tools. `timeout` in ms, 30 s unless given.
   *
   * @throws {UserError} when the guard is not there; a script that fails or takes too long (124) is told by its code
   */
  run(endpoint: string, script: string, timeout?: number): Promise<Said>;
  /** Heals all, restores all and removes the guards. @throws {UserError} when that fails: then the guards stay, and go on. */
  close(): Promise<void>;
}

/** Exit codes of `guard`, in words. */
const meanings: Record<number, string> = {
  75: "the suite was not heard for ten seconds, and all was healed without it",
  69: "it was done, but did not show",
};

/**
 * Starts a guard on each endpoint of an environment. Faults that an earlier run has left are healed first.
 *
 * @param image a tag that each endpoint has
 * @throws {UserError} when another run is at work there
 */
export async function openGuards(inventory: Inventory, image: string): Promise<Guards> {
  await healLeftovers(inventory, image);
  const { environment } = inventory;
  const started = await Promise.all(
    endpoints(inventory).map(async (endpoint) => {
      const container = await startGuard(endpoint, environment, image);
      const heart = beat(container);
      await pRetry(() => demand(container, ["alive"], "start", 5_000), {
        retries: 20,
        minTimeout: 200,
        factor: 1,
      }).catch((error) => {
        heart.stop();
        throw error;
      });
      return [endpoint, { container, heart }] as const;
    }),
  );
  const guards = new Map(started);
  const at = (endpoint: string) => {
    const guard = guards.get(endpoint);
    if (guard) return guard.container;
    throw new UserError(`"${endpoint}" is no Docker endpoint of ${environment}: ${[...guards.keys()].join(", ")}.`);
  };
  /** Where a guard is gone (it leaves when the suite was not heard), a new one looks whether anything was left. */
  const everywhere = (command: string, timeout: number) =>
    Promise.all(
      [...guards].map(async ([endpoint, { container }]) =>
        (await findGuard(endpoint, environment)).container
          ? demand(container, [command], command, timeout)
          : healLeft(endpoint, inventory, image),
      ),
    );

  /** Folders in the journal, by fault. */
  const folders = new Map<Fault["id"], string>();
  const folder = ({ id }: Fault) => {
    if (!folders.has(id)) folders.set(id, `${Date.now()}-${folders.size}-${id.replaceAll(/[^A-Za-z0-9]+/g, "-")}`);
    return folders.get(id)!;
  };

  const healAll = async () => {
    await pRetry(() => everywhere("heal-all", 300_000), { retries: 10, minTimeout: 1_000, factor: 1 });
  };

  return {
    healAll,
    async prepare(fault) {
      if (!fault.prepare) return;
      const command = ["prepare", folder(fault), fault.prepare, fault.restore ?? "true"];
      await demand(at(fault.endpoint), command, `prepare "${fault.id}"`, 310_000);
    },
    async inject(fault) {
      const command = ["inject", folder(fault), fault.inject, fault.injected ?? "", fault.heal, fault.healed];
      await demand(at(fault.endpoint), command, `inject "${fault.id}"`, 90_000);
    },
    async heal(fault) {
      await demand(at(fault.endpoint), ["heal", folder(fault)], `heal "${fault.id}"`, 170_000);
    },
    async restore(fault) {
      await demand(at(fault.endpoint), ["restore", folder(fault)], `undo what "${fault.id}" prepared`, 310_000);
    },
    async run(endpoint, script, timeout = 30_000) {
      const command = ["timeout", "-k", "2", String(timeout / 1000), "bash", "-c", script];
      return execIn(at(endpoint), command, timeout + 10_000);
    },
    async close() {
      try {
        await healAll();
        // A database that does not come back at once holds up what is left to be restored.
        await pRetry(() => everywhere("restore-all", 600_000), { retries: 2, minTimeout: 1_000, factor: 1 });
      } finally {
        // Also when it failed: a guard that hears nobody any more goes on by itself until all is well.
        for (const { heart } of guards.values()) heart.stop();
      }
      await Promise.all([...guards.keys()].map((endpoint) => removeGuard(endpoint, environment)));
    },
  };
}

/** Runs `guard <command…>`. @throws {UserError} when it exits with another code than 0 */
async function demand(
  container: Parameters<typeof execIn>[0],
  command: string[],
  what: string,
  timeout: number,
): Promise<void> {
  const { code, output } = await execIn(container, ["guard", ...command], timeout);
  if (code === 0) return;
  throw new UserError(
    `The guard could not ${what}: ${meanings[code] ?? `exit code ${code}`}\n  ${output.slice(-2_000)}`,
  );
}

/**
 * Heals what an earlier run has left behind, and removes its guards. Returns the names of what was still open.
 *
 * @throws {UserError} when that run is still at work
 */
export async function healLeftovers(inventory: Inventory, image: string): Promise<string[]> {
  const healed = await Promise.all(endpoints(inventory).map((endpoint) => healLeft(endpoint, inventory, image)));
  return healed.flat();
}

async function healLeft(endpoint: string, { environment }: Inventory, image: string): Promise<string[]> {
  const { container, journal } = await findGuard(endpoint, environment);
  if (!container && !journal) return [];
  if (container) await awaitOrphaned(endpoint, environment);
  // Whatever state the old one is in: a new one takes up its journal, and heals at its start. Where the old one was, its image is.
  const own = await container?.inspect().catch(() => undefined);
  await container?.remove({ force: true }).catch(() => {});
  const guard = await startGuard(endpoint, environment, own?.Image ?? image);
  const { output } = await execIn(guard, ["guard", "open"], 10_000);
  const attempts = { retries: 60, minTimeout: 1_000, factor: 1 };
  await pRetry(() => demand(guard, ["heal-all"], "heal what an earlier run has left", 300_000), attempts);
  await demand(guard, ["restore-all"], "restore what an earlier run has left", 600_000);
  await removeGuard(endpoint, environment);
  return [...new Set(output.split("\n").filter(Boolean))];
}

/** Waits until a guard's lease has run out. It holds for ten seconds after a suite was killed, for ever while one lives. */
async function awaitOrphaned(endpoint: string, environment: string): Promise<void> {
  const check = async () => {
    const { container } = await findGuard(endpoint, environment);
    const state = await container?.inspect().catch(() => undefined);
    if (!container || !state?.State.Running) return;
    const { code } = await execIn(container, ["guard", "alive"], 5_000).catch(() => ({ code: 1 }));
    if (code === 0)
      throw new UserError(
        `Another chaos run is at work on ${environment}: its guard on ${endpoint} hears it. Wait for its end, or end it with Ctrl-C.`,
      );
  };
  await pRetry(check, { retries: 13, minTimeout: 1_000, factor: 1 });
}
