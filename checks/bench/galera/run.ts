import { cpus, loadavg } from "node:os";
import { setTimeout } from "node:timers/promises";
import pRetry, { AbortError } from "p-retry";
import type { Inventory } from "../../../core/inventory.ts";
import { every } from "../../../core/retry.ts";
import { noWriteLost } from "../../checkers/noWriteLost.ts";
import { operations } from "../../checkers/select.ts";
import type { Event } from "../../history/events.ts";
import { readHistory } from "../../history/file.ts";
import { contextOf } from "../../run/experiment.ts";
import { startWorkloads } from "../../workloads/index.ts";
import type { Case, Hands } from "./cases.ts";
import { BREATH, BY_NAME, BY_WRITER, clientsOf, probing, timeouts } from "./clients.ts";
import { failedTwice, longestGapsOf, notPrimary, untilWrites, viewChanges } from "./figures.ts";
import type { RunFigures } from "./result.ts";
import { databaseNodes, type Scene } from "./scene.ts";

/** Acknowledged writes that each client must have before anything is done, and milliseconds for that. */
const WARM = 40;
const PATIENCE = 15_000;
/** Milliseconds of writing after all is well again. */
const AFTER = 300;

/** Lets clients write, does what the case does, waits until the database is well again, and reads what every node holds. */
export async function perform(one: Case, scene: Scene, hands: Hands): Promise<void> {
  const { inventory, history, seen, signal } = hands;
  seen.forgetClients();
  const clients = await startWorkloads(inventory, history, { workloads: [probing(scene)], timeouts, breath: BREATH });
  try {
    await warm(clientsOf(scene), hands);
    await one.act(scene, hands);
    await hands.steady();
    await setTimeout(AFTER, undefined, { signal });
  } finally {
    await clients.stop();
  }
  await clients.readFinal();
}

const warm = (clients: string[], { seen, signal }: Hands) =>
  pRetry(
    () => {
      if (signal.aborted) throw new AbortError("interrupted");
      const cold = clients.find((client) => seen.acknowledged(client).count < WARM);
      if (cold) throw new Error(`the client ${cold} had no ${WARM} writes acknowledged in ${PATIENCE / 1_000} s`);
    },
    every(50, PATIENCE),
  );

/** What a run's history tells. */
export async function judge(
  one: Case,
  scene: Scene,
  { inventory, file, path }: { inventory: Inventory; file: string; path: string },
): Promise<RunFigures> {
  return figuresOf(one, scene, await readHistory(path), inventory, {
    history: file,
    load: Math.round((loadavg()[0]! / cpus().length) * 100) / 100,
  });
}

/** The same history gives the same figures. */
export function figuresOf(
  { node, table, evictsNobody }: Pick<Case, "node" | "table" | "evictsNobody">,
  scene: Scene,
  events: readonly Event[],
  inventory: Inventory,
  about: Pick<RunFigures, "history" | "load">,
): RunFigures {
  const { written, hurt, survivor, writer } = scene;
  const nodes = databaseNodes(inventory).map(({ name }) => name);
  const survivors = nodes.filter((name) => name !== hurt.name);
  const writes = noWriteLost.judge(events, contextOf(inventory, { faults: [], must: [] }));
  const all = node === "all" || node === "each in turn";
  const longest = new Map(clientsOf(scene).map((client) => [client, longestGapsOf(events, client)]));
  return {
    ...about,
    written: written.name,
    hurt: all ? node : hurt.name,
    survivor: survivor.name,
    name: longest.get(BY_NAME)!.loss,
    ...(writer && { writer: longest.get(BY_WRITER)!.loss }),
    atSurvivor: longest.get(survivor.name)!.loss,
    returning: Math.max(...longest.values().map((gap) => gap.return)),
    ...(table === "outages" && node === "all" && { back: untilWrites(events, BY_NAME) }),
    acknowledged: operations(events, "ledger", "insert").filter(({ outcome }) => outcome === "ok").length,
    lost: writes.figures?.lost ?? 0,
    views: viewChanges(events, survivors),
    failedTwice: failedTwice(events, BY_NAME),
    problems: [
      ...(writes.outcome === "pass" ? [] : [writes.summary]),
      ...(all ? [] : notPrimary(events, survivors)),
      ...(evictsNobody && viewChanges(events, nodes) > 0 ? ["a living node was evicted"] : []),
    ],
  };
}
