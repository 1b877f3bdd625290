import { galera } from "../../components/galera/facts.ts";
import { Failure, UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { remaining } from "../../core/retry.ts";
import type { Verdict } from "../../health/steadyState.ts";
import type { Settings } from "../../stacks/settings.ts";
import { chooseEngine } from "../engine/choose.ts";
import type { Engine, EngineName, Result } from "../engine/engine.ts";
import { stateKeeper } from "../engine/keeper.ts";
import { changesText, followEvents } from "../engine/progress.ts";
import { notMended, type Sick, unwellText } from "../environment/change/before.ts";
import { placesOf } from "../environment/change/places.ts";
import { type Planned, planChange, planText } from "../environment/change/plan.ts";
import { runStages } from "../environment/change/run.ts";
import { type Stage, stagesOf, stagesOfDomain } from "../environment/change/stages.ts";
import { type Gone, goneHosts, goneText, silentOf, staying, withoutHosts } from "../environment/gone.ts";
import { healTask } from "../environment/heal.ts";
import { awaitHealthy, judge } from "../environment/health.ts";
import { historyText } from "../environment/history.ts";
import { findInventory, readInventory } from "../environment/inventory.ts";
import { inHistory } from "../environment/journal/index.ts";
import { keptText, keptVolumes } from "../environment/kept.ts";
import { mustKeepMajority } from "../environment/members.ts";
import { looksOutside, missingOutside } from "../environment/outside.ts";
import { copyEndpoints, writeCopies } from "../environment/owner/copy.ts";
import { mustOwn } from "../environment/owner/index.ts";
import type { Look } from "../environment/owner/judge.ts";
import { type Preflight, readyTask } from "../environment/preflight.ts";
import { rebuiltImages } from "../environment/rebuilt.ts";
import { mustKeepNames } from "../environment/renamed.ts";
import { mustKeepServers } from "../environment/servers.ts";
import { loadEnvironment } from "../environment/settings.ts";
import { startStanding } from "../environment/standing.ts";
import { subjectOf } from "../environment/subject.ts";
import { interruptible } from "../interrupt.ts";
import { daemonAnswers, LOCAL } from "../setup/docker.ts";
import { hostImagesTask } from "../setup/hostImages.ts";
import { setupTask } from "../setup/index.ts";
import { confirm } from "../show/confirm.ts";
import { duration } from "../show/duration.ts";
import { entryText } from "../show/entry.ts";
import { environmentText } from "../show/status.ts";
import { sayIn, type Task, taskList } from "../show/tasks.ts";

export interface UpOptions {
  engine?: EngineName;
  yes?: boolean;
  /** Host of a database node that a change need not wait for. */
  without?: string;
  /** Why hosts are taken as they are, whatever a preflight would say. */
  skipPreflight?: string;
  /** Only this failure domain is brought to the new settings. */
  domain?: string;
  /** They are changed although not all is well, and the change does not mend it. */
  unhealthy?: boolean;
  /** The password of Icinga Web is printed in the end. */
  showSecrets?: boolean;
}

interface Context extends Preflight {
  /** Whose it is, and what of it is gone; undefined until a Docker daemon could be asked. */
  look?: Look;
  started: string[];
  /** Domains that were brought to the new settings, where they went one at a time. */
  domains: string[];
  /** As it was recorded before. */
  former?: Inventory;
  /** Hosts of it that the settings name no more, and that don't answer. */
  gone: Gone[];
  /** A word for each former database node whose data is kept. */
  kept?: string;
  result?: Result;
  inventory?: Inventory;
  verdict?: Verdict;
}

/** Brings an environment up, from a machine that has nothing to one where every service is healthy. */
export async function up(environment: string, options: UpOptions): Promise<void> {
  const { engine: wanted, without, skipPreflight } = options;
  const began = performance.now();
  const loaded = await loadEnvironment(environment);
  const { settings } = loaded;
  if (without) mustBeDatabase(without, environment, settings);
  const recorded = await findInventory(environment);
  mustKeepNames(recorded, settings);
  mustKeepServers(recorded, settings);
  process.stderr.write(historyText(recorded, settings));
  const engine = await chooseEngine(wanted);
  const gone = recorded ? await goneHosts(recorded, settings) : [];
  // Of a host that is gone on without nothing is asked, if it does not answer.
  const silent = await silentOf(
    settings.hosts.flatMap(({ name, endpoint }) => (name === without && endpoint ? [{ name, endpoint }] : [])),
  );
  const isThere = ({ endpoint }: { endpoint?: string }) => !silent.some((host) => host.endpoint === endpoint);
  // A lab goes on at once: to ask what would be done takes as long as to find out.
  const stages =
    settings.lab && !options.domain ? [{}] : await agreeOn(environment, settings, engine, { recorded, gone }, options);
  console.log(`Bringing up ${environment} with ${engine.title}.`);
  const signal = interruptible();
  const context: Context = { started: [], domains: [], former: recorded, gone };
  const tasks = taskList<Context>(
    [
      // A lab's machine is looked at by its set-up.
      ...(settings.lab
        ? []
        : [readyTask<Context>(subjectOf(environment, loaded), { skip: skipPreflight, without }, signal)]),
      ownerTask(environment, settings),
      setupTask<Context>(environment, settings),
      hostImagesTask<Context>({ environment, settings: { ...settings, hosts: settings.hosts.filter(isThere) } }),
      // Docker may have been started only now.
      { ...ownerTask(environment, settings), enabled: ({ look }) => look === undefined },
      forgetTask(environment),
      healTask(environment),
      standingTask(environment, settings, isThere, options.domain),
      membersTask(settings, signal),
      programTask(environment, settings, engine, { stages, without }, signal),
      healthTask(environment, signal),
      outsideTask(settings),
    ],
    context,
  );
  await inHistory(
    environment,
    async (told) => {
      await tasks.run().finally(() => {
        told.changes = context.result?.changes;
        if (context.domains.length > 0) told.domains = context.domains;
      });
    },
    signal,
  );
  console.log(summary(environment, context, performance.now() - began, options.showSecrets));
}

/**
 * Shows what would be done, looks whether all is well, and asks where hosts are real ones.
 *
 * @returns the runs in which it is to be done
 * @throws {UserError} when it is not to be done: nothing was touched
 */
async function agreeOn(
  environment: string,
  settings: Settings,
  engine: Engine,
  { recorded, gone: lost }: { recorded: Inventory | undefined; gone: readonly Gone[] },
  { yes, without, unhealthy, domain }: UpOptions,
): Promise<Stage[]> {
  const { state, missing } = await mustOwn(environment, settings);
  const planned = await planChange(environment, engine, placesOf(state, settings.hosts), configOf(without));
  console.log(
    planned.length > 0
      ? `What bringing up ${environment} with ${engine.title} does:\n\n${planText(planned)}\n`
      : `Nothing differs from the settings of ${environment}.`,
  );
  const domains = settings.domains.map(({ name }) => name);
  for (const host of lost) console.log(`${goneText(environment, host)}\n`);
  const gone = missing.map(({ kind, name }) => `the ${kind} ${name}`);
  if (gone.length > 0) console.log(`Gone, and made anew with what needs it: ${gone.join(", ")}.\n`);
  if (domain && lost.length > 0) {
    throw new UserError(
      `--domain ${domain}: nothing is changed in one domain alone while a host is to be forgotten (${lost.map(({ name }) => name).join(", ")}). Do that without --domain first.`,
    );
  }
  if (domain && gone.length > 0) {
    throw new UserError(
      `--domain ${domain}: nothing is changed in one domain alone while something is gone. Without --domain it is made anew.`,
    );
  }
  // What is gone is recorded as that first, so that it is new.
  const asOne: Stage[] | undefined = gone.length + lost.length > 0 ? [{}] : undefined;
  const stages = domain
    ? stagesOfDomain(planned, state, domain, domains)
    : (asOne ?? stagesOf(planned, state, domains));
  const order = stages.flatMap(({ domain }) => domain ?? []);
  if (order.length > 0) console.log(`Domains, one at a time, each healthy before the next: ${order.join(", ")}.\n`);
  // What only a host that is forgotten lacks is mended by that.
  const present = recorded && staying(recorded, lost);
  const problems = present && planned.length > 0 && stages.length > 0 ? await unmended(present, planned) : [];
  if (problems.length > 0) {
    console.error(unwellText(environment, problems));
    await confirm("Change it all the same?", unhealthy, "--unhealthy");
  }
  if (!settings.lab) await confirm(`"${environment}" is made of real hosts. Change them?`, yes);
  return stages;
}

/** What is not well and stays so: a host that is slow to answer once is asked again. */
const unmended = (present: Inventory, planned: readonly Planned[]): Promise<readonly Sick[]> =>
  remaining(async () => notMended((await judge(present)).problems, planned), 3_000, 20_000);

const configOf = (without: string | undefined) => (without ? { "run:without": without } : undefined);

function mustBeDatabase(host: string, environment: string, { hosts }: Settings): void {
  const databases = hosts.filter(({ roles }) => roles.includes("database")).map(({ name }) => name);
  if (!databases.includes(host)) {
    throw new UserError(
      `--without ${host}: "${environment}" has no such database node, expected one of ${databases.join(", ")}.`,
    );
  }
}

/** Before anything is made or started: nothing is done to what another state owns. */
function ownerTask(environment: string, settings: Settings): Task<Context> {
  return {
    title: "Whose environment it is",
    task: async (context, task) => {
      if (settings.lab && !(await daemonAnswers())) return;
      context.look = await mustOwn(environment, settings);
      const { missing, recorded } = context.look;
      for (const { kind, name } of missing) sayIn(task)(`the ${kind} ${name} is gone: it is made anew`, "lasting");
      const gone = missing.length > 0 && missing.length < recorded.length ? `, ${missing.length} of it gone` : "";
      task.title = recorded.length ? `It is this state's environment${gone}` : "It is not there yet";
    },
  };
}

/** What can't be removed any more is recorded no more. */
function forgetTask(environment: string): Task<Context> {
  return {
    title: "Hosts that are gone",
    enabled: ({ gone }) => gone.length > 0,
    task: async (context, task) => {
      const keeper = await stateKeeper();
      const state = await keeper.exportState(environment);
      if (!state) return;
      const { state: after, names } = withoutHosts(
        state,
        context.gone.map(({ endpoint }) => endpoint),
      );
      if (names.length > 0) await keeper.importState(environment, after);
      context.look = { ...context.look!, state: after };
      for (const host of context.gone) sayIn(task)(goneText(environment, host), "lasting");
      task.title = `Hosts that are gone: ${context.gone.map(({ name }) => name).join(", ")}, ${names.length} objects forgotten`;
    },
  };
}

function standingTask(
  environment: string,
  { lab }: Settings,
  isThere: (host: { endpoint: string }) => boolean,
  only: string | undefined,
): Task<Context> {
  return {
    title: "Containers that stand still",
    task: async (context, task) => {
      // A lab's containers may be there without a record: of a first run that did not end.
      const endpoints = new Set([
        ...(lab ? [LOCAL] : []),
        ...(context.former ? staying(context.former, context.gone).hosts : [])
          .filter((host) => isThere(host) && (only === undefined || host.domain === only))
          .map(({ endpoint }) => endpoint),
      ]);
      for (const endpoint of endpoints) context.started.push(...(await startStanding(endpoint, environment)));
      const { length } = context.started;
      task.title = length ? `Containers that stood still: ${length} started again` : "No container stands still";
    },
  };
}

function membersTask(settings: Settings, signal: AbortSignal): Task<Context> {
  return {
    title: "Database keeps its majority",
    task: async ({ former }, task) => {
      if (former) await mustKeepMajority(former, settings, sayIn(task), signal);
    },
  };
}

function programTask(
  environment: string,
  settings: Settings,
  engine: Engine,
  { stages, without }: { stages: readonly Stage[]; without?: string },
  signal: AbortSignal,
): Task<Context> {
  const config = configOf(without);
  return {
    title: "Resources",
    task: async (context, task) => {
      const say = sayIn(task);
      const { missing, state } = context.look!;
      try {
        const rebuilt = await rebuiltImages(state);
        for (const name of new Set(rebuilt.map((image) => image.name))) {
          say(`${name} was built anew: what runs on it is replaced, one node at a time`, "lasting");
        }
        const targets = [...missing, ...rebuilt].map(({ urn }) => urn);
        if (targets.length > 0) {
          mustBeOk(await engine.refresh({ environment, signal }, targets), environment);
        }
        const onEvent = followEvents(say);
        context.result = await runStages(environment, stages, {
          up: (targets) => engine.up({ environment, config, signal, onEvent }, targets),
          healthy: async () => awaitHealthy(await readInventory(environment, true), say, signal),
          begins: (domain) => say(`domain ${domain}`, "lasting"),
          has: (domain) => context.domains.push(domain),
        });
      } finally {
        for (const problem of await writeCopies(environment, copyEndpoints(settings), state)) {
          say(`warning: no copy of the state could be left beside the environment: ${problem}`, "lasting");
        }
      }
      if (context.result) mustBeOk(context.result, environment);
      task.title = `Resources: ${(context.result && changesText(context.result)) ?? "no change"}`;
    },
  };
}

function mustBeOk({ ok, errors }: Result, environment: string): void {
  if (!ok)
    throw new Failure([`Bringing up ${environment} failed:`, ...errors.map((error) => `  - ${error}`)].join("\n"));
}

function healthTask(environment: string, signal: AbortSignal): Task<Context> {
  return {
    title: "Health",
    task: async (context, task) => {
      context.inventory = await readInventory(environment, true);
      context.verdict = await awaitHealthy(context.inventory, sayIn(task), signal);
      // Also on hosts that are no more.
      const hosts = [...context.inventory.hosts, ...(context.former?.hosts ?? [])];
      const kept = await keptVolumes(
        context.inventory,
        hosts.map(({ endpoint }) => endpoint),
      );
      context.kept = keptText(environment, kept);
      task.title = `Health: ${context.verdict.services.length} services are well`;
    },
  };
}

/** Not what was made, but what it will want one day. */
function outsideTask(settings: Settings): Task<Context> {
  return {
    title: "What the settings name outside",
    enabled: ({ inventory }) => inventory === undefined || looksOutside(settings, inventory).length > 0,
    task: async ({ inventory }, task) => {
      const missing = await missingOutside(settings, inventory!);
      for (const sentence of missing) sayIn(task)(`warning: ${sentence}`, "lasting");
      task.title =
        missing.length > 0
          ? `Outside of it, ${missing.length} of what the settings name is missing`
          : "What the settings name outside answers";
    },
  };
}

function summary(
  environment: string,
  { started, result, inventory, verdict, kept }: Context,
  ms: number,
  showSecrets = false,
): string {
  const { chaos } = inventory!;
  const changes = result && changesText(result);
  const unchanged = !changes && started.length === 0;
  return `
${environmentText(inventory!, verdict!)}

${unchanged ? `No change: ${environment} was up already` : `${environment} is up`}, and healthy (${duration(ms)}).
${entryText(inventory!, showSecrets)}${kept ? `\n${kept}` : ""}

Next:
  trivet status ${environment} --watch     how every service is, live
  trivet logs ${environment} galera --host ${inventory!.services.find(({ service }) => service === galera.name)?.host ?? inventory!.hosts[0]!.name}
${chaos.allowed === true ? `  trivet chaos ${environment} --quick      breaks it on purpose, and tells what it survived\n` : ""}  trivet destroy ${environment}            removes it all again
`;
}
