import { setTimeout } from "node:timers/promises";
import pRetry, { AbortError } from "p-retry";
import { galera } from "../../../components/galera/facts.ts";
import type { ServiceName } from "../../../components/services.ts";
import { UserError } from "../../../core/errors.ts";
import { type Inventory, servicesOf } from "../../../core/inventory.ts";
import { every } from "../../../core/retry.ts";
import type { ExperimentName } from "../../experiments/index.ts";
import { type Fault, plan } from "../../faults/index.ts";
import type { Guards } from "../../guard/index.ts";
import { type History, now } from "../../history/events.ts";
import { mustBeNarrow } from "../../run/allowed.ts";
import { heal, inject, teller } from "../../run/apply.ts";
import { clientsOf } from "./clients.ts";
import { killed, starved, stopped } from "./faults.ts";
import { replaceContainer } from "./replace.ts";
import { databaseNodes, type Scene } from "./scene.ts";
import type { Seen } from "./seen.ts";

/** What a run is performed with. */
export interface Hands {
  inventory: Inventory;
  guards: Guards;
  history: History;
  seen: Seen;
  signal: AbortSignal;
  /** Waits until the database is well. */
  steady(): Promise<void>;
  /** Minutes for which a node is starved. */
  minutes: number;
  /** Restarts every database node as the product does it; none: each in turn, by hand. */
  restartAll?: () => Promise<void>;
}

/** Something that is done to the cluster again and again under write load. */
export interface Case {
  /** kebab-case: `kill-written`. */
  name: string;
  /** What is done, and to which node. */
  what: string;
  node: "written to" | "another" | "all" | "each in turn";
  /** `gaps`: measured with each profile, a row each. `outages`: with the configured one, and more is told of it. */
  table: "gaps" | "outages";
  /** Runs, unless said. */
  runs: number;
  /** Only when it is named by --only. */
  named?: true;
  /** Seconds that a run takes about, with its coming back: to tell beforehand how long all will take. */
  seconds: number;
  /** Milliseconds: p99 of the longest gap, with the configured profile; or p99 of the time until it writes again. */
  goal?: number;
  /** The goal is one for what happens after the healing, too. */
  goalForReturn?: true;
  /** The experiment of the chaos suite that does the like: its permission counts. */
  experiment: ExperimentName;
  /** Every node lives on: one that the cluster evicts is a problem. */
  evictsNobody?: true;
  /** The nodes must have file systems of their own for it, made ready before the first run. */
  prepared?(inventory: Inventory): Fault[];
  act(scene: Scene, hands: Hands): Promise<void>;
}

/** Milliseconds: until a fault must have shown as a new view and in every client's writes; calm before it is healed. */
const EFFECT = 30_000;
const CALM = 500;
/** Milliseconds that the power is away, or that all nodes stand. */
const DARK = 2_000;

type FaultsOf = (inventory: Inventory, scene: Scene) => Fault[];
/** The number of each survivor's view before the fault: a new one tells that the fault has shown. */
type Views = Map<string, number | undefined>;
type Hold = (scene: Scene, hands: Hands, before: Views) => Promise<unknown>;

/** Breaks it, holds that, and heals it whatever happens. */
const broken =
  (faultsOf: FaultsOf, hold: Hold): Case["act"] =>
  async (scene, hands) => {
    const faults = faultsOf(hands.inventory, scene);
    mustBeNarrow(hands.inventory, faults);
    const survivors = databaseNodes(hands.inventory).filter(({ name }) => name !== scene.hurt.name);
    const before: Views = new Map(survivors.map(({ name }) => [name, hands.seen.view(name)]));
    try {
      await Promise.all(faults.map((fault) => inject(fault, hands)));
      await hold(scene, hands, before);
    } finally {
      await Promise.all(faults.map((fault) => heal(fault, hands)));
    }
  };

/** Until the survivors have another view, and every client had a write acknowledged after that. */
const untilSeen: Hold = async (scene, { seen, signal }, before) => {
  const clients = clientsOf(scene);
  let moved: number | undefined;
  const look = () => {
    if (signal.aborted) throw new AbortError("interrupted");
    if ([...before].every(([name, view]) => seen.view(name) !== view)) moved ??= now();
    if (moved === undefined) throw new Error(`not every survivor had another view ${EFFECT / 1_000} s after the fault`);
    const waiting = clients.find((client) => seen.acknowledged(client).last < moved!);
    if (waiting) throw new Error(`no write of ${waiting} was acknowledged ${EFFECT / 1_000} s after the fault`);
  };
  await pRetry(look, every(50, EFFECT));
  await setTimeout(CALM, undefined, { signal });
};

const during =
  (milliseconds: number) =>
  (_scene: Scene, { signal }: Hands) =>
    setTimeout(milliseconds, undefined, { signal });
const atOnce = async () => {};

const onHurt =
  (fault: string, service?: ServiceName): FaultsOf =>
  (inventory, { hurt }) =>
    plan(inventory, { fault, hosts: [hurt.name], service });
const onAll =
  (fault: string) =>
  (inventory: Inventory): Fault[] =>
    plan(inventory, { fault, hosts: databaseNodes(inventory).map(({ name }) => name), service: galera.name });

/** Losing one node: each is done to the node written to and to another one. Goals in ms. */
interface Loss {
  name: string;
  what: string;
  act: Case["act"];
  goals: { written: number; other: number };
  goalForReturn?: true;
  experiment: ExperimentName;
  seconds: number;
  named?: true;
}

const losses: Loss[] = [
  {
    name: "kill",
    what: "kill -9 of mariadbd",
    act: broken((inventory, { hurt }) => [killed(inventory, hurt.name)], untilSeen),
    goals: { written: 1_000, other: 500 },
    experiment: "database-kill",
    seconds: 16,
  },
  {
    name: "sigstop",
    what: "SIGSTOP of mariadbd",
    act: broken((inventory, { hurt }) => [stopped(inventory, hurt.name)], untilSeen),
    goals: { written: 3_000, other: 1_500 },
    experiment: "database-pause",
    seconds: 16,
  },
  {
    name: "cut-off",
    what: "cut-off of the host",
    act: broken(onHurt("cut-off"), untilSeen),
    goals: { written: 3_000, other: 1_500 },
    experiment: "database-host-cut-off",
    seconds: 18,
  },
  {
    name: "restart",
    what: "clean restart",
    act: broken(onHurt("stop", galera.name), atOnce),
    goals: { written: 200, other: 200 },
    goalForReturn: true,
    experiment: "database-stop",
    seconds: 16,
  },
  {
    name: "kill-container",
    what: "kill -9 of the container, which stays down",
    act: broken(onHurt("kill", galera.name), untilSeen),
    goals: { written: 1_000, other: 500 },
    experiment: "database-kill",
    seconds: 16,
    named: true,
  },
  {
    name: "pause",
    what: "freeze of the container",
    act: broken(onHurt("pause", galera.name), untilSeen),
    goals: { written: 3_000, other: 1_500 },
    experiment: "database-pause",
    seconds: 16,
    named: true,
  },
];

const gapCases: Case[] = losses.flatMap(({ goals, ...loss }) =>
  (["written", "other"] as const).map((node) => ({
    ...loss,
    name: `${loss.name}-${node}`,
    node: node === "written" ? ("written to" as const) : ("another" as const),
    table: "gaps" as const,
    runs: 10,
    goal: goals[node],
  })),
);

const powerCut = onAll("power-cut");
/** Of a core. */
const SHARE = 0.3;

const outageCases: Case[] = [
  {
    name: "power-cut",
    what: "power cut of all nodes at once, back after 2 s",
    node: "all",
    table: "outages",
    runs: 20,
    seconds: 22,
    goal: 10_000,
    experiment: "database-power-cut-all",
    prepared: powerCut,
    act: broken(powerCut, during(DARK)),
  },
  {
    name: "stop-all",
    what: "clean stop of all nodes at once, started after 2 s",
    node: "all",
    table: "outages",
    runs: 5,
    seconds: 25,
    goal: 10_000,
    experiment: "database-all-stopped",
    act: broken(onAll("stop"), during(DARK)),
  },
  {
    name: "replace",
    what: "container and volume replaced at once",
    node: "another",
    table: "outages",
    runs: 10,
    seconds: 32,
    experiment: "database-kill",
    act: async ({ hurt }, { inventory, history }) => {
      const tell = teller({ id: `replace ${hurt.name}`, hosts: [hurt.name] }, history);
      tell("inject");
      await replaceContainer(servicesOf(inventory, galera.name).find(({ host }) => host === hurt.name)!);
      tell("healed");
    },
  },
  {
    name: "starved",
    what: "node starved to 30 % of a core, with busy loops beside it",
    node: "written to",
    table: "outages",
    runs: 1,
    seconds: 15,
    experiment: "database-starved",
    evictsNobody: true,
    act: (scene, hands) => {
      const seconds = hands.minutes * 60;
      const faults: FaultsOf = (inventory, { hurt }) => [
        starved(inventory, hurt.name, { cpus: SHARE, seconds: seconds + 30 }),
      ];
      return broken(faults, during(seconds * 1_000))(scene, hands);
    },
  },
  {
    name: "restart-all",
    what: "rolling restart of all nodes",
    node: "each in turn",
    table: "outages",
    runs: 3,
    seconds: 45,
    experiment: "database-stop",
    act: async (scene, hands) => {
      const { inventory, history, restartAll, steady } = hands;
      if (!restartAll) {
        for (const hurt of databaseNodes(inventory)) {
          await broken(onHurt("stop", galera.name), atOnce)({ ...scene, hurt }, hands);
          await steady();
        }
        return;
      }
      const hosts = databaseNodes(inventory).map(({ name }) => name);
      const tell = teller({ id: "rolling restart", hosts }, history);
      tell("inject");
      await restartAll();
      tell("healed");
    },
  },
];

export const cases: readonly Case[] = [...gapCases, ...outageCases];

/** Those of these names: a case's own, or the beginning of several (`kill` is both of its nodes). All but the extra ones unless given. */
export function choose(only: readonly string[] | undefined): Case[] {
  if (!only) return cases.filter(({ named }) => !named);
  return cases.filter(({ name }) => only.some((wanted) => belongs(name, wanted, only)));
}

function belongs(name: string, wanted: string, only: readonly string[]): boolean {
  const known = cases.some((one) => one.name === wanted || groupOf(one.name) === wanted);
  if (!known) {
    throw new UserError(
      `There is nothing to measure that is called "${wanted}" (--only ${only.join(",")}): expected ${[...new Set(cases.map((one) => groupOf(one.name)))].join(", ")}, or one of a pair such as kill-other.`,
    );
  }
  return name === wanted || groupOf(name) === wanted;
}

const groupOf = (name: string) => name.replace(/-(written|other)$/, "");
