import pLimit from "p-limit";
import { isRemote } from "../../core/endpoint.ts";
import { UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { imageIdsAt } from "../../hosts/imageIds.ts";
import { isTrivetImage } from "../../hosts/images.ts";
import { imageTag } from "../../images/index.ts";
import {
  bytesText,
  carry,
  type Delivery,
  deliveries,
  type Ids,
  type Needed,
  startRegistry,
  unequal,
} from "../../operations/images/index.ts";
import { imagesOf } from "../../stacks/images.ts";
import type { Settings } from "../../stacks/settings.ts";
import { type Say, sayIn, type Task } from "../show/tasks.ts";
import { alone } from "./alone.ts";
import { baseImage } from "./baseImage.ts";
import { daemon } from "./daemon.ts";
import { docker, LOCAL } from "./docker.ts";
import { engine } from "./engine.ts";
import { guardImage, images as imagesStep, registryImage } from "./images.ts";
import { stepTask } from "./index.ts";
import { rights } from "./rights.ts";
import type { Site, Step } from "./step.ts";

/** Hosts that are sent to at a time: they share this machine's line. */
const CONCURRENCY = 3;

/** Where images are to go, found out step by step. */
interface Work {
  needed: Needed;
  present: Map<string, Ids>;
  plan: Delivery[];
  /** Bytes to each host by its name; none for one that had all. */
  carried: Map<string, number>;
}

/**
 * Brings Trivet's own images to real hosts, over SSH. Where all have them it asks each host once, and needs no Docker on this machine.
 *
 * @param all also those that every host has in another build than this machine's
 */
export function hostImagesTask<Context extends object>(
  site: Site,
  { all = false }: { all?: boolean } = {},
): Task<Context> {
  return {
    title: "Images on the hosts",
    enabled: () => !site.settings.lab,
    task: async (_, task) => {
      const work: Work = { needed: neededBy(site.settings), present: new Map(), plan: [], carried: new Map() };
      await Promise.all(
        [...work.needed.keys()].map(async (endpoint) => work.present.set(endpoint, await imageIdsAt(endpoint))),
      );
      if (!all && unequal(work.needed, work.present).length === 0) {
        task.title = "Images on the hosts: all there, 0 bytes carried";
        return;
      }
      return task.newListr<Context>([
        ...[rights, daemon, engine, baseImage, imagesStep, registryImage].map(
          (step) => stepTask(step, site) as Task<Context>,
        ),
        {
          title: "Carrying",
          task: async (_, inner) => {
            const say = sayIn(inner);
            const local = await imageIdsAt(LOCAL);
            mustHave(work, local, all);
            work.plan = deliveries(work.needed, work.present, local, { all });
            await carryAll(site.settings.hosts, work, say);
            const total = [...work.carried.values()].reduce((sum, bytes) => sum + bytes, 0);
            inner.title = `Carried ${bytesText(total)} to ${work.carried.size} hosts`;
            task.title = `Images on the hosts: ${bytesText(total)} carried`;
          },
        },
      ]);
    },
  };
}

/**
 * Sees that the chaos suite's guard can start on every Docker endpoint of an environment: builds its image where it is needed, and brings it to
 * real hosts as the other images come there. Where all have it in the same build nothing is done.
 */
export async function bringGuard({ services }: Pick<Inventory, "services">, say: Say): Promise<void> {
  const image = imageTag("guard");
  const targets = services.map(({ host, endpoint }) => ({ name: host, endpoint }));
  const endpoints = [...new Set(targets.map(({ endpoint }) => endpoint))];
  const remote = endpoints.filter(isRemote);
  const needed = new Map(remote.map((endpoint) => [endpoint, [image]]));
  const present = new Map(
    await Promise.all(remote.map(async (endpoint) => [endpoint, await imageIdsAt(endpoint)] as const)),
  );
  const lacking = unequal(needed, present).length > 0;
  if (!lacking && remote.length === endpoints.length) return;
  const made = async ({ check, make }: Step) => {
    const todo = await check();
    if (!todo) return;
    say(todo);
    await make?.(say);
  };
  if (!lacking) return made(guardImage);
  for (const step of [rights, daemon, engine, baseImage, guardImage, registryImage]) await made(step);
  const work: Work = {
    needed,
    present,
    plan: deliveries(needed, present, await imageIdsAt(LOCAL)),
    carried: new Map(),
  };
  await carryAll(targets, work, say);
}

/** The same as a step of the progress display. */
export const guardTask = (inventory: Pick<Inventory, "services">): Task<object> => ({
  title: guardImage.title,
  task: (_, task) => bringGuard(inventory, sayIn(task)),
});

/** Trivet's own, by each host's endpoint; what settings name in their place comes from a registry of the user's. */
function neededBy({ hosts, images }: Settings): Needed {
  const byEndpoint = Map.groupBy(hosts, ({ endpoint }) => endpoint!);
  return new Map(
    [...byEndpoint].map(([endpoint, those]) => {
      const names = new Set(those.flatMap(imagesOf));
      return [endpoint, [...names].map((name) => images[name] ?? imageTag(name)).filter(isTrivetImage)];
    }),
  );
}

/** @throws {UserError} when an image that a host lacks is not here: one of the user's own under our name */
function mustHave({ needed, present }: Work, local: Ids, all: boolean): void {
  const wanted = all ? [...new Set([...needed.values()].flat())] : unequal(needed, present);
  const missing = wanted.filter((image) => !local.has(image));
  if (missing.length === 0) return;
  throw new UserError(
    `This machine has not ${missing.join(", ")}, which hosts need, and a name in "trivet/" is asked of no registry. Build it under this name, or give it another one in the settings ("images").`,
  );
}

/** A host as far as something is brought to it. */
interface Target {
  name: string;
  endpoint?: string;
}

async function carryAll(hosts: readonly Target[], { plan, carried }: Work, say: Say): Promise<void> {
  if (plan.length === 0) return;
  // They share the registry.
  await alone("carry", "carries images", say, async () => {
    const registry = await startRegistry(docker, imageTag("registry"));
    try {
      const stored = new Map<string, ReturnType<typeof registry.store>>();
      // One after the other: a daemon compresses each layer for it.
      for (const image of new Set(plan.flatMap(({ images }) => images))) {
        say(`storing ${image}`);
        const kept = registry.store(image);
        stored.set(image, kept);
        await kept;
      }
      const limit = pLimit(CONCURRENCY);
      await Promise.all(plan.map((delivery) => limit(() => deliver(delivery))));

      async function deliver({ endpoint, images }: Delivery): Promise<void> {
        const { name } = hosts.find((host) => host.endpoint === endpoint)!;
        const those = await Promise.all(images.map((image) => stored.get(image)!));
        const bytes = await carry(endpoint, registry.port, those, (at) => say(`${name}: ${at}`));
        carried.set(name, bytes);
        say(`${name}: ${bytesText(bytes)} for ${images.length} images`, "lasting");
      }
    } finally {
      await registry.close();
    }
  });
}
