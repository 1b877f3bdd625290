import { cpus, loadavg } from "node:os";
import { setTimeout } from "node:timers/promises";
import { bind } from "../../components/bind/facts.ts";
import { galera } from "../../components/galera/facts.ts";
import type { ServiceName } from "../../components/services.ts";
import type { Inventory } from "../../core/inventory.ts";
import { servicesOf } from "../../core/inventory.ts";
import { stages } from "../budget/stages.ts";
import type { Context } from "../checkers/checker.ts";
import { perSecond, totals } from "../checkers/figures.ts";
import type { Experiment, Scene } from "../experiments/index.ts";
import type { Fault } from "../faults/fault.ts";
import { plan } from "../faults/index.ts";
import type { Guards } from "../guard/index.ts";
import { type Event, type History, now, type PhaseName } from "../history/events.ts";
import { readHistory } from "../history/file.ts";
import type { ExperimentResult } from "../report/run.ts";
import type { Ways } from "../ways/index.ts";
import { startWorkloads, type Workloads } from "../workloads/index.ts";
import { mustBeNarrow } from "./allowed.ts";
import { changing, heal, inject } from "./apply.ts";
import { judgements, verdictOf } from "./judge.ts";
import type { Latest } from "./latest.ts";
import { expectedOf } from "./objects.ts";
import { randomOf, seedOf } from "./random.ts";
import { awaitSteady, problemsLeft } from "./steady.ts";

/** Milliseconds that the environment may take to be steady, before anything is done to it and after it was healed. */
const GATE = 180_000;
const SETTLE = 240_000;
/** Milliseconds of work before the first fault: what all is compared with. */
const WARM_UP = 3_000;

/** What an experiment is performed with. */
export interface Stage {
  inventory: Inventory;
  guards: Guards;
  ways: Ways;
  /** Where events go: the experiment's own history, and whoever looks on. */
  history: History;
  latest: Latest;
  seed: number;
  /** Problems that Icinga had from the beginning. */
  known: (object: string) => boolean;
  signal: AbortSignal;
  follow(live: Live): void;
}

/** What a watcher is told, several times a second. */
export interface Live {
  phase: PhaseName;
  /** What is waited for, or which faults are there. */
  detail: string;
  ok: number;
  fail: number;
  unknown: number;
  available: boolean;
}

/** What was done, before it is judged. */
interface Performed {
  faults: Fault[];
  must: string[];
  /** What was still wrong when the patience for settling was over. */
  unsettled: string[];
  /** The run itself broke. */
  error?: string;
}

/**
 * Performs one experiment: gate, workload, fault, heal, settle, read. Faults are healed whatever happens. Rejects only when
 * aborted or when healing failed; anything else that breaks is told in `error`.
 */
export async function perform(experiment: Experiment, stage: Stage): Promise<Performed> {
  const done: Performed = { faults: [], must: [], unsettled: [] };
  let workloads: Workloads | undefined;
  /** Until then hosts by which clients go may still hold what these gave up. */
  let held = 0;
  let cutting: number | undefined;
  const { enter, leave } = phasesIn(stage, () => workloads?.stats());
  const steady = (patience: number, say: (what: string) => void) =>
    awaitSteady(stage.inventory, { ...stage, against: (latest) => problemsLeft(latest, stage.known), patience, say });
  const gate = async (when: string) => {
    const wrong = await steady(GATE, enter("gate"));
    if (wrong.length > 0) throw new Error(`the environment was not steady ${when}: ${wrong.join("; ")}`);
  };
  try {
    try {
      await gate("to begin with");
      workloads = await startWorkloads(stage.inventory, stage.history, { ways: stage.ways });
      enter("workload");
      await setTimeout(WARM_UP, undefined, stage);
      const scene = sceneOf(experiment, stage);
      done.must = experiment.raises?.(scene) ?? [];
      done.faults = experiment.faults(scene).flatMap((spec) => plan(stage.inventory, spec));
      mustBeNarrow(stage.inventory, done.faults);
      if (done.faults.some(({ prepare }) => prepare)) {
        for (const fault of done.faults) await changing(fault, "prepare", stage);
        await gate("after the faults were made ready");
        await setTimeout(WARM_UP, undefined, stage);
      }
      stage.ways.avoid(cutOf(done.faults));
      if (stage.ways.bySsh && cutOf(done.faults).length > 0) cutting = performance.now();
      enter("fault")(done.faults.map(({ id }) => id).join(", "));
      await Promise.all(done.faults.map((fault) => inject(fault, stage)));
      await setTimeout(experiment.hold * 1_000, undefined, stage);
    } catch (error) {
      stage.signal.throwIfAborted();
      done.error = (error as Error).message;
    } finally {
      enter("heal");
      await Promise.all(done.faults.map((fault) => heal(fault, stage)));
      if (cutting !== undefined) held = 2 * performance.now() - cutting;
    }
    if (!done.error) done.unsettled = await steady(SETTLE, enter("settle"));
    // What hosts by which clients go still hold comes before anything is read.
    await setTimeout(Math.max(0, held - performance.now()), undefined, stage);
    enter("read");
    await workloads?.stop();
    if (!done.error) await workloads?.readFinal();
    for (const fault of done.faults) await changing(fault, "restore", stage);
    return done;
  } finally {
    await workloads?.stop();
    stage.ways.avoid([]);
    leave();
  }
}

/** Hosts by which no client may go. */
const cutOf = (faults: readonly Fault[]): string[] =>
  faults.filter(({ network }) => network).flatMap(({ hosts }) => hosts);

/** Milliseconds between two words to whoever looks on. */
const TOLD = 500;

/** Enters phases: each goes into the history, and whoever looks on is told of it until `leave`. */
function phasesIn({ history, follow }: Stage, stats: () => ReturnType<Workloads["stats"]> | undefined) {
  let at: Pick<Live, "phase" | "detail"> = { phase: "gate", detail: "" };
  const none = { ok: 0, fail: 0, unknown: 0, available: false };
  const ticker = setInterval(() => follow({ ...at, ...none, ...stats() }), TOLD);
  return {
    enter(phase: PhaseName) {
      history.add({ kind: "phase", t: now(), phase });
      at = { phase, detail: "" };
      return (detail: string) => {
        at = { phase, detail };
      };
    },
    leave: () => clearInterval(ticker),
  };
}

function sceneOf({ name }: Experiment, { inventory, latest, seed }: Stage): Scene {
  const seen = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new Error(`nobody has seen ${what} yet`);
    return value;
  };
  return {
    inventory,
    leader: seen(latest.leader, "Consul's leader"),
    writer: seen(latest.writer, "an Icinga that writes to the database"),
    written: seen(latest.written, "a write through the name"),
    random: randomOf(seedOf(seed, name)),
  };
}

/** Judges what was performed, from its history on disk. */
export async function judge(
  experiment: Experiment,
  performed: Performed,
  { inventory, file, path }: { inventory: Inventory /** Of the history. */; file: string; path: string },
): Promise<ExperimentResult> {
  const events = await readHistory(path);
  const context = contextOf(inventory, performed);
  const judged = [
    comesBack(performed.unsettled),
    ...judgements(experiment, events, context, loadavg()[0]! / cpus().length),
  ];
  return {
    name: experiment.name,
    title: experiment.title,
    verdict: performed.error ? "broken" : verdictOf(judged),
    ...(performed.error && { error: performed.error }),
    history: file,
    began: events[0]?.t ?? now(),
    ended: events.at(-1)?.t ?? now(),
    phases: phasesOf(events),
    faults: performed.faults.flatMap((fault) => faultOf(fault, events)),
    judgements: performed.error ? [] : judged,
    stages: stages(events, context),
    seconds: perSecond(events),
    totals: totals(events),
  };
}

function comesBack(unsettled: readonly string[]): ExperimentResult["judgements"][number] {
  return {
    checker: "comes-back",
    title: "after healing every service is well again, with no hand on it",
    kind: "safety",
    outcome: unsettled.length === 0 ? "pass" : "fail",
    summary:
      unsettled.length === 0
        ? "every service is well again"
        : `not well ${SETTLE / 1_000} s after healing: ${unsettled.length} problems`,
    evidence: unsettled.slice(0, 20),
  };
}

/** What checkers may know of an experiment besides its history. */
export function contextOf(inventory: Inventory, { faults, must }: Pick<Performed, "faults" | "must">): Context {
  const hostsOf = (service: ServiceName) => servicesOf(inventory, service).map(({ host }) => host);
  return {
    databases: hostsOf(galera.name),
    dnsServers: hostsOf(bind.name),
    domains: Object.fromEntries(
      inventory.domains.map(({ name }) => [
        name,
        inventory.hosts.filter(({ domain }) => domain === name).map((host) => host.name),
      ]),
    ),
    budgets: inventory.chaos.budgets,
    expected: expectedOf(inventory, faults, must),
    clock: inventory.time,
    checkInterval: inventory.chaos.checkInterval,
  };
}

function phasesOf(events: readonly Event[]): ExperimentResult["phases"] {
  const entered = events.filter((event) => event.kind === "phase");
  const end = events.at(-1)?.t ?? 0;
  return entered.map(({ phase, t }, index) => ({ phase, began: t, ended: entered[index + 1]?.t ?? end }));
}

function faultOf({ id, name, hosts }: Fault, events: readonly Event[]): ExperimentResult["faults"] {
  const at = (action: string) =>
    events.find((event) => event.kind === "fault" && event.fault === id && event.action === action)?.t;
  const injected = at("injected");
  return injected === undefined ? [] : [{ id, name, hosts, injected, healed: at("healed") }];
}
