import { healLeftovers } from "../../checks/guard/index.ts";
import { imageTag } from "../../images/index.ts";
import type { Inventory } from "../../stacks/inventory.ts";
import { chooseEngine } from "../engine/choose.ts";
import type { Engine, EngineName } from "../engine/engine.ts";
import { followEvents } from "../engine/progress.ts";
import { findInventory } from "../environment/inventory.ts";
import { leftovers, reap } from "../environment/leftovers.ts";
import { loadEnvironment } from "../environment/settings.ts";
import { Failure } from "../failure.ts";
import { interruptible } from "../interrupt.ts";
import { daemon } from "../setup/daemon.ts";
import { LOCAL } from "../setup/docker.ts";
import { confirm } from "../show/confirm.ts";
import { sayIn, type Task, taskList } from "../show/tasks.ts";

export interface DestroyOptions {
  engine?: EngineName;
  yes?: boolean;
}

/** Removes everything of an environment, its data too, and makes sure that nothing of it is left. */
export async function destroy(environment: string, { engine: wanted, yes }: DestroyOptions): Promise<void> {
  const { settings } = await loadEnvironment(environment);
  await confirm(`Destroy ${environment} with all its data?`, yes);
  const engine = await chooseEngine(wanted);
  const signal = interruptible();
  const inventory = await findInventory(environment);
  const endpoints = new Set(
    [settings.lab && LOCAL, ...(inventory?.hosts ?? []).map(({ endpoint }) => endpoint)].filter(
      (each) => each !== undefined,
    ),
  );
  await taskList(
    [
      {
        title: "Docker daemon",
        enabled: Boolean(settings.lab),
        task: async (_, task) => {
          if (await daemon.check()) await daemon.make!(sayIn(task));
        },
      },
      ...(inventory ? [brokenTask(inventory)] : []),
      programTask(environment, engine, signal),
      leftoversTask(environment, endpoints),
    ],
    {},
  ).run();
  console.log(`${environment} is destroyed: no container, network or volume of it is left.`);
}

/** A chaos run that was killed and never came back: a volume that it mounted could not be removed. */
function brokenTask(inventory: Inventory): Task<object> {
  return {
    title: "Nothing is broken on purpose",
    task: async (_, task) => {
      const healed = await healLeftovers(inventory, imageTag("guard"));
      if (healed.length) task.title = `What a chaos run left broken: ${healed.length} healed`;
    },
  };
}

function programTask(environment: string, engine: Engine, signal: AbortSignal): Task<object> {
  return {
    title: "Resources",
    task: async (_, task) => {
      const { ok, errors, changes } = await engine.destroy({ environment, signal, onEvent: followEvents(sayIn(task)) });
      if (!ok)
        throw new Failure([`Destroying ${environment} failed:`, ...errors.map((error) => `  - ${error}`)].join("\n"));
      task.title = `Resources: ${changes.delete ? `${changes.delete} deleted` : "there were none"}`;
    },
  };
}

/** What the state did not know of: an earlier run that was cut off, or somebody's own doing with our label. */
function leftoversTask(environment: string, endpoints: Iterable<string>): Task<object> {
  return {
    title: "Leftovers",
    task: async (_, task) => {
      let count = 0;
      let volumes = 0;
      for (const endpoint of endpoints) {
        for (const { kind, name, kept } of await reap(endpoint, environment)) {
          if (kept) volumes++;
          else {
            sayIn(task)(`removed the ${kind} ${name}, which the state did not know`, "lasting");
            count++;
          }
        }
        const left = await leftovers(endpoint, environment);
        if (left.length) {
          throw new Failure(
            `Still there on ${endpoint}: ${left.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`,
          );
        }
      }
      const told = [count && `${count} removed`, volumes && `the data of ${volumes} database nodes removed`];
      task.title = count + volumes ? `Leftovers: ${told.filter(Boolean).join(", ")}` : "No leftovers";
    },
  };
}
