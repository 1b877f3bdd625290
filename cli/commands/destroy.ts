import { healLeftovers } from "../../checks/guard/index.ts";
import { galera } from "../../components/galera/facts.ts";
import { Failure } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { StateError } from "../../engine/index.ts";
import { imageTag } from "../../images/index.ts";
import { chooseEngine } from "../engine/choose.ts";
import type { Engine, EngineName } from "../engine/engine.ts";
import { stateKeeper } from "../engine/keeper.ts";
import { whySealed } from "../engine/passphrase.ts";
import { followEvents } from "../engine/progress.ts";
import { findInventory } from "../environment/inventory.ts";
import { inHistory } from "../environment/journal/index.ts";
import { reap } from "../environment/leftovers.ts";
import { objectsOf } from "../environment/objects.ts";
import { endpointsOf, lookAtOwner } from "../environment/owner/index.ts";
import { shortText } from "../environment/owner/text.ts";
import { whereabouts } from "../environment/whereabouts.ts";
import { interruptible } from "../interrupt.ts";
import { daemon } from "../setup/daemon.ts";
import { LOCAL } from "../setup/docker.ts";
import { confirm } from "../show/confirm.ts";
import { sayIn, type Task, taskList } from "../show/tasks.ts";

export interface DestroyOptions {
  engine?: EngineName;
  yes?: boolean;
  /** By the labels alone: also what another state owns, or what is recorded in a state that can't be opened. */
  withoutState?: boolean;
}

/** Removes everything of an environment, its data too, and makes sure that nothing of it is left. */
export async function destroy(environment: string, options: DestroyOptions): Promise<void> {
  const where = await whereabouts(environment);
  await confirm(`Destroy ${environment} with all its data?`, options.yes);
  const byLabels = await mustGoByLabels(environment, endpointsOf(where), options);
  const engine = await chooseEngine(options.engine);
  const signal = interruptible();
  // By the labels alone, a state that can't be read keeps nobody.
  const inventory = await findInventory(environment).catch((error) => {
    if (!(byLabels && error instanceof StateError)) throw error;
    return undefined;
  });
  const endpoints = new Set([...endpointsOf(where), ...(inventory?.hosts ?? []).map(({ endpoint }) => endpoint)]);
  const tasks = taskList(
    [
      {
        title: "Docker daemon",
        enabled: endpoints.has(LOCAL),
        task: async (_, task) => {
          if (await daemon.check()) await daemon.make!(sayIn(task));
        },
      },
      ...(inventory ? [brokenTask(inventory)] : []),
      byLabels ? forgetTask(environment) : programTask(environment, engine, signal),
      leftoversTask(environment, endpoints),
    ],
    {},
  );
  await inHistory(environment, () => tasks.run(), signal);
  console.log(`${environment} is destroyed: no container, network or volume of it is left.`);
}

/**
 * Whether what is there can't be removed by the state, or is not to be. Then it is asked for a second time: it may be somebody
 * else's, or the passphrase may yet be found.
 */
async function mustGoByLabels(
  environment: string,
  endpoints: string[],
  { withoutState }: DestroyOptions,
): Promise<boolean> {
  if (withoutState) return true;
  const look = await lookAtOwner(environment, endpoints);
  const sealed = look.state && (await whySealed(look.state));
  const why = sealed ? `its state can't be opened: ${sealed}` : shortText(look);
  if (!why) return false;
  console.log(`${environment}: ${why}.`);
  await confirm(`Remove all that carries the label of ${environment} all the same?`, false, "--without-state");
  return true;
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

/** Nothing of the state is used; what it recorded goes by its labels. */
function forgetTask(environment: string): Task<object> {
  return {
    title: "State",
    task: async (_, task) => {
      await (await stateKeeper()).importState(environment, undefined);
      task.title = "State: not used, and forgotten (a state in files stays as .bak)";
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
        for (const { kind, name, labels } of await reap(endpoint, environment)) {
          const service = labels["io.trivet.service"];
          // Data that the state forgot on purpose, so that nobody loses it by mistake.
          if (kind === "volume" && service === galera.name) volumes++;
          else if (kind !== "volume" || service !== "state") {
            sayIn(task)(`removed the ${kind} ${name}, which the state did not know`, "lasting");
            count++;
          }
        }
        const left = await objectsOf(endpoint, environment);
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
