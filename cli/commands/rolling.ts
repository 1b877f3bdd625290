import { Failure } from "../../core/errors.ts";
import { adviceOn } from "../../health/reason.ts";
import { isLab } from "../../lab/facts.ts";
import { type Action, lacks, observe, planOf, take } from "../../operations/rolling/index.ts";
import { findServices } from "../environment/find.ts";
import { readInventory } from "../environment/inventory.ts";
import { inHistory } from "../environment/journal/index.ts";
import { interruptible } from "../interrupt.ts";
import { confirm } from "../show/confirm.ts";
import { hostByHost } from "../show/hostByHost.ts";
import { taskList } from "../show/tasks.ts";

export interface RollingOptions {
  host?: string;
  yes?: boolean;
  /** Of `stop`: the last majority, too. */
  all?: boolean;
}

const done: Record<Action, string> = { restart: "was restarted", stop: "is stopped", start: "runs" };

/** Restarts, stops or starts a service, one node after the other. */
export async function roll(
  action: Action,
  environment: string,
  service: string,
  { host, yes, all }: RollingOptions,
): Promise<void> {
  const inventory = await readInventory(environment);
  const members = findServices(inventory, service, host);
  const seen = await observe(inventory, members[0]!.service);
  const plan = planOf(inventory, action, members, seen, { all });
  if (plan.nodes.length === 0) {
    const wrong = action === "start" ? lacks(inventory, members, seen) : [];
    if (wrong.length > 0) {
      const list = wrong.map(({ text }) => `  - ${text}`).join("\n");
      throw new Failure(
        `Nothing to start, since every container of ${service} runs; but not all is well:\n${list}\n${adviceOn(environment, wrong)}`,
      );
    }
    console.log(`Nothing to do: ${service} ${action === "stop" ? "is stopped" : "runs"} already.`);
    return;
  }
  const where = plan.nodes.map(({ host }) => host).join(", ");
  if (action === "stop" || (action === "restart" && !isLab(inventory))) {
    await confirm(`${action === "stop" ? "Stop" : "Restart"} ${service} of ${environment} on ${where}?`, yes);
  }
  const signal = interruptible("the present node is waited for, the others are left as they are");
  const steps = hostByHost(plan.nodes, signal, (node, say) => take(inventory, plan, node, say));
  await inHistory(environment, () => taskList(steps, {}).run(), signal);
  console.log(`${service} ${done[action]} on ${where}.`);
}
