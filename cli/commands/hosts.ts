import pLimit from "p-limit";
import type { Problem } from "../../core/health.ts";
import {
  apply,
  type Former,
  type HostPlan,
  lastingProblems,
  planFor,
  restore,
  untilNoWorse,
} from "../../operations/prepare/index.ts";
import { judge } from "../environment/health.ts";
import { findInventory } from "../environment/inventory.ts";
import { inHistory } from "../environment/journal/index.ts";
import { loadEnvironment } from "../environment/settings.ts";
import { wantedHosts } from "../environment/wanted.ts";
import { interruptible } from "../interrupt.ts";
import { confirm } from "../show/confirm.ts";
import { hostByHost } from "../show/hostByHost.ts";
import { formersText, plansText } from "../show/prepared.ts";
import { taskList } from "../show/tasks.ts";

export interface HostsOptions {
  host?: string;
  json?: boolean;
  apply?: boolean;
  yes?: boolean;
}

/** Hosts that are looked at, at a time. */
const CONCURRENCY = 8;

/** Shows what hosts lack, and changes it with `apply`, one after the other. */
export async function hostsPrepare(
  environment: string,
  { host, json, apply: really, yes }: HostsOptions,
): Promise<void> {
  const recorded = await findInventory(environment);
  const wanted = wantedHosts(environment, await loadEnvironment(environment), { only: host, recorded });
  const plans = await pLimit(CONCURRENCY).map(wanted, (each) => planFor(each));
  if (json) {
    const shown = plans.map(({ host, domain, changes, leftOut, closes }) => ({
      ...{ host, domain, leftOut, closes },
      changes: changes.map(({ kind, what, why }) => ({ kind, what, why })),
    }));
    return console.log(JSON.stringify({ environment, hosts: shown }));
  }
  console.log(plansText(plans));
  const changed = plans.filter(({ changes }) => changes.length > 0);
  if (changed.length === 0) return console.log(`\nNothing to do: all is prepared.`);
  const names = changed.map(({ host }) => host).join(", ");
  if (!really) return console.log(`\nNothing was done. To do it: trivet hosts prepare ${environment} --apply`);
  await confirm(`Change ${names} so?`, yes);
  await oneByOne(environment, changed, (plan, say) => apply({ environment }, plan, say));
  console.log(`${names}: prepared. To take it back: trivet hosts restore ${environment}`);
}

/** Shows what `hostsPrepare` has changed, and takes it back with `apply`. */
export async function hostsRestore(
  environment: string,
  { host, json, apply: really, yes }: HostsOptions,
): Promise<void> {
  const wanted = wantedHosts(environment, await loadEnvironment(environment), { only: host });
  const looked = await pLimit(CONCURRENCY).map(wanted, async (each) => ({
    ...each,
    formers: await restore(each.endpoint, "list"),
  }));
  const hosts = looked.map(({ name, domain, endpoint, formers }) => ({ host: name, domain, endpoint, formers }));
  if (json) {
    const shown = hosts.map(({ host, domain, formers }) => ({ host, domain, formers }));
    return console.log(JSON.stringify({ environment, hosts: shown }));
  }
  const changed = hosts.filter(({ formers }) => formers.length > 0);
  if (changed.length === 0) return console.log("Nothing to do: no host is prepared.");
  console.log(formersText(changed));
  const names = changed.map(({ host }) => host).join(", ");
  if (!really) return console.log(`\nNothing was done. To do it: trivet hosts restore ${environment} --apply`);
  await confirm(`Take this back on ${names}?`, yes);
  await oneByOne(environment, changed, async ({ endpoint }) => {
    await restore(endpoint, "do");
  });
  console.log(`${names}: as before.`);
}

/** Changes hosts one after the other, and writes down that it did. */
async function oneByOne<H extends Pick<HostPlan, "host" | "domain"> & { formers?: Former[] }>(
  environment: string,
  hosts: readonly H[],
  work: (host: H, say: (what: string) => void) => Promise<void>,
): Promise<void> {
  const signal = interruptible("the present host is finished, the others are left as they are");
  // One that runs must not suffer.
  const inventory = await findInventory(environment);
  const problems = async () => (inventory ? (await judge(inventory)).problems : []);
  let before: readonly Problem[] | undefined;
  const steps = hostByHost(hosts, signal, async (host, say) => {
    before ??= await lastingProblems(problems, { say });
    await work(host, say);
    if (inventory) say("look whether the environment is as well as before");
    await untilNoWorse(host.host, before, problems, { say });
  });
  await inHistory(environment, () => taskList(steps, {}).run(), signal);
}
