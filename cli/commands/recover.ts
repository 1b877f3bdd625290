import { galera } from "../../components/galera/facts.ts";
import { othersVoting } from "../../components/services.ts";
import { Failure } from "../../core/errors.ts";
import { type Inventory, servicesOf } from "../../core/inventory.ts";
import {
  bootstrap,
  join,
  type Plan,
  plan,
  positionText,
  type Recovery,
  readEvidence,
  stopAll,
} from "../../operations/recover/index.ts";
import { findServices } from "../environment/find.ts";
import { readInventory } from "../environment/inventory.ts";
import { inHistory } from "../environment/journal/index.ts";
import { interruptible } from "../interrupt.ts";
import { evidenceText, planText, refusalsText } from "../show/recovery.ts";
import { sayIn, taskList } from "../show/tasks.ts";

export interface RecoverOptions {
  apply?: boolean;
  without?: string[];
  json?: boolean;
}

/** Shows how a database cluster without a primary component can be started again, or why not; does it with `apply`. */
export async function recover(environment: string, options: RecoverOptions): Promise<void> {
  await recoverCluster(await readInventory(environment), options);
}

export async function recoverCluster(
  inventory: Inventory,
  { apply, without = [], json }: RecoverOptions,
): Promise<void> {
  const { environment } = inventory;
  const nodes = findServices(inventory, galera.name);
  for (const host of without) findServices(inventory, galera.name, host);
  const withoutData = servicesOf(inventory, ...othersVoting(galera.name)).length;
  const evidence = await readEvidence(nodes, environment);
  const outcome = plan(evidence, { without, withoutData });
  if (json) {
    console.log(JSON.stringify({ evidence, ...outcome }));
    process.exitCode = outcome.plan ? 0 : 1;
    return;
  }
  console.log(`${evidenceText(evidence)}\n`);
  if (!outcome.plan) throw new Failure(refusalsText(outcome.refusals));
  if (!apply) return console.log(planText(environment, outcome.plan));
  const { plan: agreed } = outcome;
  const signal = interruptible("nothing more is started");
  await inHistory(environment, () => carryOut(inventory, agreed, signal), signal);
}

/** Stops all, starts the one, lets the others join one by one. What fails leaves the rest as it is. */
async function carryOut({ environment, services }: Inventory, agreed: Plan, signal: AbortSignal): Promise<void> {
  const nodes = services.filter(({ service }) => service === galera.name);
  const members = [agreed.bootstrap.host, ...agreed.join];
  const recovery = (say: Recovery["say"]): Recovery => ({ environment, nodes, plan: agreed, signal, say });
  let chosen = agreed.bootstrap;
  try {
    await taskList(
      [
        {
          title: "All nodes are stopped",
          task: async (_, task) => {
            chosen = await stopAll(recovery(sayIn(task)));
            task.title = `All nodes are stopped, the highest position is that of ${chosen.host}`;
          },
        },
        {
          title: "One node starts the cluster",
          task: async (_, task) => {
            await bootstrap(recovery(sayIn(task)), chosen);
            task.title = `${chosen.host} started the cluster at ${positionText(chosen.position)}`;
          },
        },
        {
          title: "The others join, one by one",
          enabled: agreed.join.length > 0,
          task: async (_, task) => {
            for (const host of members.filter((each) => each !== chosen.host)) {
              await join(recovery(sayIn(task)), host, chosen.host);
              sayIn(task)(`${host} is Synced`, "lasting");
            }
          },
        },
      ],
      {},
    ).run();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`${error.message}\nSee how it is now: trivet recover ${environment}`);
  }
  const { leftOut } = agreed;
  console.log(`\nThe cluster is primary, with ${members.length} of ${nodes.length} nodes.`);
  if (leftOut.length > 0) {
    console.log(
      `Left out: ${leftOut.join(", ")}. What is there of other data is not overwritten: see trivet recover ${environment} when ${leftOut.length > 1 ? "they are" : "it is"} started again.`,
    );
  }
}
