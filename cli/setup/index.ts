import type { Settings } from "../../stacks/settings.ts";
import { loadEnvironment } from "../environment/settings.ts";
import { sayIn, type Task } from "../show/tasks.ts";
import { addresses } from "./addresses.ts";
import { baseImage } from "./baseImage.ts";
import { daemon } from "./daemon.ts";
import { engine } from "./engine.ts";
import { images } from "./images.ts";
import { ports } from "./port.ts";
import { rights } from "./rights.ts";
import { space } from "./space.ts";
import type { Site, Step } from "./step.ts";

/**
 * What a machine needs to run a lab: first what can be refused, then what is made. Docker is started early where it is
 * installed, since it knows who holds ports, addresses and space.
 */
const steps: Step[] = [rights, daemon, space, ports, addresses, engine, baseImage, images];

/**
 * The set-up as a step of the progress display. Repeating it is quick: each part first looks whether it is there.
 *
 * @param known the settings, where they were read already
 */
export function setupTask<Context extends object>(environment: string, known?: Settings): Task<Context> {
  return {
    title: "This machine",
    task: async (_, task) => {
      const settings = known ?? (await loadEnvironment(environment)).settings;
      // Real hosts have their own Docker; this machine only sends for it.
      if (!settings.lab) return undefined;
      const site = { environment, settings };
      return task.newListr(
        steps.map((step) => stepTask(step, site)),
        { rendererOptions: { collapseSubtasks: true } },
      );
    },
  };
}

/** One step of the set-up as a step of the progress display. */
export function stepTask({ title, check, make }: Step, site?: Site): Task<object> {
  return {
    title,
    task: async (_, task) => {
      const todo = await check(site);
      if (!todo || !make) return;
      task.title = `${title}: ${todo}`;
      await make(sayIn(task), site);
    },
  };
}
