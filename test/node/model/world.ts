import { NO_UUID, type Standing } from "../../../node/bootstrap/index.ts";
import type { Room } from "../../../node/keeper/capacity.ts";
import {
  firstEffects,
  firstState as firstKeeper,
  type KeeperState,
  type step as stepKeeper,
} from "../../../node/keeper/machine.ts";
import type { KeeperConfig, KeeperEffect, KeeperEvent } from "../../../node/keeper/protocol.ts";
import type { ReplicationLook } from "../../../node/keeper/replication.ts";
import {
  firstState as firstSupervisor,
  keyOf,
  type SupervisorConfig,
  type SupervisorEffect,
  type SupervisorEvent,
  type SupervisorState,
  type step as stepSupervisor,
} from "../../../node/supervisor/machine.ts";
import type { OwnState } from "../../../node/supervisor/pulse.ts";
import type { Action } from "../../../node/supervisor/situation.ts";
import { localState, type Named, type PeerState } from "../../../node/types.ts";
import {
  advanceConsul,
  type Consul,
  check,
  destroySession,
  nameWriter,
  newConsul,
  openSession,
  reaches,
  releaseWriter,
  serviceOf,
  storeOf,
  unnameWriter,
} from "./consul.ts";
import * as galera from "./galera.ts";
import { linked, type Net, newNet, way } from "./net.ts";
import { between, type Random, randomOf } from "./random.ts";
import { Violation } from "./violation.ts";

/** One step of the world, in milliseconds: as long as a tick of the program. */
export const STEP = 100;

/** What a history is played with: the rules, or mutants of them. */
export interface Rules {
  decide: SupervisorConfig["decide"];
  plan: KeeperConfig["plan"];
  supervisor: typeof stepSupervisor;
  keeper: typeof stepKeeper;
}

export interface Shape {
  nodes: number;
  arbitrator: boolean;
}

/** A process of the program: stopped, its events wait; ended, what comes for it is of the past. */
interface Life<Event> {
  number: number;
  alive: boolean;
  stopped: number;
  inbox: Event[];
  startsAt?: number;
}

interface Node extends Named {
  supervisor: Life<SupervisorEvent>;
  supervisorState: SupervisorState;
  keeper: Life<KeeperEvent>;
  keeperState: KeeperState;
  told?: Standing;
  database?: galera.Database;
  /** Its monotonic clock: where it began, and how fast it goes. */
  base: number;
  rate: number;
  seenStore: number;
  seenService: number;
  heardConsul: number;
  consulLost: boolean;
  connection?: { generation: number; database?: galera.Database };
  checkedAt: number;
  resumed: number;
  /** When the last of what its database was told gets there: in the order in which it was told. */
  toldAt: number;
  lastFit: number;
  off: number;
}

export interface World {
  shape: Shape;
  rules: Rules;
  random: Random;
  now: number;
  net: Net;
  galera: galera.Galera;
  consul: Consul;
  nodes: Node[];
  arbitrator?: { host: string; database?: galera.Database; startsAt: number; off: number };
  later: Map<number, (() => void)[]>;
  log: string[];
  trace: boolean;
  formed: boolean;
  /** Members whose death Consul ever took. */
  reported: Set<string>;
}

export function newWorld(shape: Shape, rules: Rules, seed: number, trace = false): World {
  const random = randomOf(seed);
  const names = Array.from({ length: shape.nodes }, (_, at) => `db${at + 1}`);
  const net = newNet(shape.arbitrator || shape.nodes < 3 ? [...names, "arb"] : names);
  const life = () => ({ number: 0, alive: false, stopped: 0, inbox: [], startsAt: between(random, 0, 5) * STEP });
  return {
    shape,
    rules,
    random,
    now: 0,
    net,
    galera: galera.newGalera(net, names, random),
    consul: newConsul(net, names, random),
    nodes: names.map((name) => ({
      name,
      address: `a-${name}`,
      supervisor: life(),
      supervisorState: firstSupervisor(0),
      keeper: life(),
      keeperState: firstKeeper,
      // A clock that drifts by a fifth decides nothing else.
      base: Math.floor(random() * 1e6),
      rate: 0.8 + random() * 0.4,
      seenStore: -1,
      seenService: -1,
      heardConsul: 0,
      consulLost: false,
      checkedAt: 0,
      resumed: -10_000,
      toldAt: 0,
      lastFit: -10_000,
      off: 0,
    })),
    arbitrator: shape.arbitrator ? { host: "arb", startsAt: 2_000, off: 0 } : undefined,
    later: new Map(),
    log: [],
    trace,
    formed: false,
    reported: new Set(),
  };
}

export const note = (world: World, text: string): void => {
  if (world.trace) world.log.push(`${(world.now / 1000).toFixed(1)} ${text}`);
};

const after = (world: World, steps: number, does: () => void): void => {
  const at = world.now + Math.max(1, steps) * STEP;
  const there = world.later.get(at);
  if (there) there.push(does);
  else world.later.set(at, [does]);
};

const clockOf = (world: World, node: Node): number => node.base + world.now * node.rate;
const isUp = (world: World, node: Node): boolean => world.net.up.has(node.name);

/** One step of everything. */
export function advance(world: World): void {
  world.now += STEP;
  const { now, later } = world;
  const due = later.get(now);
  later.delete(now);
  for (const does of due ?? []) does();
  galera.advance(world.galera, now);
  advanceConsul(world.consul, now);
  arbitrate(world);
  for (const node of world.nodes) {
    if (!isUp(world, node)) continue;
    if (isNameable(world, node)) node.lastFit = now;
    checks(world, node);
    watch(world, node);
    breaks(node);
    begin(world, node);
    turn(world, node);
  }
  writes(world);
  check(world.consul);
}

// ---- clients ----------------------------------------------------------------------------------------------------------
function writes(world: World): void {
  const writer = world.nodes.find(({ address }) => address === world.consul.named);
  if (writer?.database && isUp(world, writer)) galera.write(world.galera, writer.database);
}

/** Also one that gives its data, while nobody else serves. */
const isNameable = (world: World, { database }: Node): boolean =>
  galera.answers(world.galera, database) &&
  galera.isPrimary(database) &&
  (database.state === "synced" || database.state === "donor") &&
  database.ready;

export const isFit = (world: World, { database }: Node): boolean =>
  galera.answers(world.galera, database) && galera.isPrimary(database) && database.state === "synced" && database.ready;

// ---- hosts ------------------------------------------------------------------------------------------------------------
function arbitrate(world: World): void {
  const { arbitrator, now } = world;
  if (!arbitrator || arbitrator.off > 0 || !world.net.up.has(arbitrator.host)) return;
  if (!arbitrator.database?.alive && now >= arbitrator.startsAt) {
    arbitrator.database = galera.start(world.galera, arbitrator.host, "arbitrator", now);
  }
}

/** Consul's own check of the database, every 2 s. */
function checks(world: World, node: Node): void {
  if (world.now - node.checkedAt < 2_000 || world.consul.agentsDown.has(node.name)) return;
  node.checkedAt = world.now;
  const { database } = node;
  const local = world.consul.local.get(node.name)!;
  const lone =
    galera.answers(world.galera, database) &&
    galera.isPrimary(database) &&
    database.state === "donor" &&
    database.ready;
  local.fit = isFit(world, node) || (lone && !world.nodes.some((other) => other !== node && isFit(world, other)));
}

function watch(world: World, node: Node): void {
  const { consul, now, random } = world;
  const reached = reaches(consul, node.name);
  if (reached) {
    node.heardConsul = now;
    if (node.consulLost || (node.seenStore !== consul.index && random() < 0.8)) {
      node.seenStore = consul.index;
      send(node.supervisor, { is: "store", store: storeOf(consul) });
    }
    if (node.consulLost || (node.seenService !== consul.serviceIndex && random() < 0.5)) {
      node.seenService = consul.serviceIndex;
      send(node.supervisor, { is: "service", service: serviceOf(consul, node.name) });
    }
    node.consulLost = false;
  } else if (!node.consulLost && now - node.heardConsul >= 5_000) {
    node.consulLost = true;
    send(node.supervisor, { is: "store" });
    send(node.supervisor, { is: "service" });
  }
}

/** A connection ends with its database. */
function breaks(node: Node): void {
  const { connection } = node;
  if (!connection?.database || connection.database.alive) return;
  node.connection = undefined;
  send(node.supervisor, { is: "broken", generation: connection.generation, listening: listens(node) });
}

/** The database, or a keeper that waits. */
const listens = (node: Node): boolean =>
  (node.database?.alive && node.database.serves) ||
  (node.keeper.alive && node.told !== undefined && !node.database?.alive);

function send<Event>(life: Life<Event>, event: Event): void {
  if (life.alive) life.inbox.push(event);
}

function begin(world: World, node: Node): void {
  const { supervisor, keeper, now } = { ...node, now: world.now };
  if (
    !supervisor.alive &&
    supervisor.stopped === 0 &&
    supervisor.startsAt !== undefined &&
    now >= supervisor.startsAt
  ) {
    Object.assign(supervisor, { alive: true, number: supervisor.number + 1, inbox: [], startsAt: undefined });
    node.supervisorState = firstSupervisor(clockOf(world, node));
    Object.assign(node, { seenStore: -1, seenService: -1, heardConsul: now, consulLost: false, connection: undefined });
  }
  if (!keeper.alive && node.off === 0 && keeper.startsAt !== undefined && now >= keeper.startsAt) {
    Object.assign(keeper, { alive: true, number: keeper.number + 1, inbox: [], startsAt: undefined });
    node.keeperState = firstKeeper;
    node.told = undefined;
    note(world, `${node.name}: a keeper begins`);
    for (const effect of firstEffects) keeps(world, node, effect);
  }
}

function turn(world: World, node: Node): void {
  const { supervisor, keeper } = node;
  if (supervisor.alive && supervisor.stopped === 0) {
    const events = [...supervisor.inbox.splice(0), { is: "tick" } as const];
    for (const event of events) {
      if (!supervisor.alive) break;
      const { state, effects } = world.rules.supervisor(
        configOf(world, node),
        node.supervisorState,
        event,
        clockOf(world, node),
      );
      node.supervisorState = state;
      for (const effect of effects) supervises(world, node, effect);
    }
  }
  if (keeper.alive && keeper.stopped === 0) {
    const events = [...keeper.inbox.splice(0), { is: "tick" } as const];
    for (const event of events) {
      if (!keeper.alive) break;
      const { state, effects } = world.rules.keeper(
        keeperConfig(world, node),
        node.keeperState,
        event,
        clockOf(world, node),
      );
      node.keeperState = state;
      for (const effect of effects) keeps(world, node, effect);
    }
  }
}

const configs = new WeakMap<Node, SupervisorConfig>();
function configOf({ nodes, rules }: World, node: Node): SupervisorConfig {
  let config = configs.get(node);
  if (!config) {
    const supervised = nodes.map(({ name, address }) => ({ name, address }));
    config = { self: { name: node.name, address: node.address }, supervised, decide: rules.decide };
    configs.set(node, config);
  }
  return config;
}

const keeperConfigs = new WeakMap<Node, KeeperConfig>();
function keeperConfig({ nodes, rules, shape }: World, node: Node): KeeperConfig {
  let config = keeperConfigs.get(node);
  if (!config) {
    const peers = nodes.filter((other) => other !== node).map(({ name, address }) => ({ name, address }));
    config = {
      self: { name: node.name, address: node.address },
      peers,
      arbitrators: shape.arbitrator ? 1 : 0,
      plan: rules.plan,
    };
    keeperConfigs.set(node, config);
  }
  return config;
}

// ---- the supervisor's ports -------------------------------------------------------------------------------------------
function supervises(world: World, node: Node, effect: SupervisorEffect): void {
  const { supervisor } = node;
  const { number } = supervisor;
  const answer = (steps: number, event: () => SupervisorEvent | undefined) =>
    after(world, steps, () => {
      if (supervisor.number !== number || !isUp(world, node)) return;
      const happened = event();
      if (happened) send(supervisor, happened);
    });
  const { random } = world;
  switch (effect.do) {
    case "connect": {
      const { generation } = effect;
      const database = node.database?.alive && node.database.serves ? node.database : undefined;
      node.connection = { generation, database };
      if (!database) answer(1, () => ({ is: "broken", generation, listening: listens(node) }));
      return;
    }
    case "ping":
      // Answered when it can be: a question that was asked waits.
      answerWhen(world, node, effect.generation, () =>
        send(supervisor, { is: "alive", generation: effect.generation }),
      );
      return;
    case "ask-state":
      answerWhen(world, node, effect.generation, () =>
        send(supervisor, { is: "state", generation: effect.generation, state: ownState(node.database!) }),
      );
      return;
    case "probe":
      answer(1, () => ({ is: "probed", generation: effect.generation, listening: listens(node) }));
      return;
    case "empty-list":
      after(world, inOrder(world, node), () => {
        if (galera.answers(world.galera, node.database)) node.database.evicted.clear();
      });
      return;
    case "open-session":
      answer(between(random, 1, 3), () => ({
        is: "session",
        session: reaches(world.consul, node.name) ? openSession(world.consul, node.name) : undefined,
      }));
      return;
    case "check-session":
      answer(between(random, 1, 3), () => ({
        is: "session",
        session:
          !reaches(world.consul, node.name) || world.consul.sessions.has(effect.session) ? effect.session : undefined,
      }));
      return;
    case "log":
      note(world, `${node.name} supervisor: ${effect.text}`);
      return;
    case "tell":
      return;
    default: {
      const key = keyOf(effect);
      const work = act(world, node, effect);
      // Its answer may get lost, or come late.
      const lost = random() < 0.03;
      const toDatabase = effect.do === "evict" || effect.do === "clear" || effect.do === "forget";
      after(world, toDatabase ? inOrder(world, node) : between(random, 1, 3), () => {
        if (!isUp(world, node) || supervisor.number !== number) return;
        const ok = work();
        after(world, lost ? 30 : between(random, 0, 2), () => {
          if (supervisor.number === number) send(supervisor, { is: "done", key, ok: ok && !lost });
        });
      });
    }
  }
}

function inOrder(world: World, node: Node): number {
  node.toldAt = Math.max(node.toldAt, world.now + between(world.random, 1, 3) * STEP);
  return (node.toldAt - world.now) / STEP;
}

/** As soon as the database answers, while that connection stands. */
function answerWhen(world: World, node: Node, generation: number, does: () => void): void {
  const { connection } = node;
  const look = () => {
    if (node.connection !== connection || connection?.generation !== generation || !isUp(world, node)) return;
    if (galera.isAnswering(world.galera, connection.database)) does();
    else if (connection.database?.alive) after(world, 1, look);
  };
  after(world, world.random() < 0.9 ? 1 : 3, look);
}

function ownState(database: galera.Database): OwnState {
  return {
    member: database.uuid,
    view: {
      primary: galera.isPrimary(database),
      size: database.view.members.length,
      members: database.view.members.map(({ uuid, node }) => ({ uuid, node })),
    },
    localState: database.state === "outside" ? 0 : localState[database.state],
    ready: database.ready,
    readOnly: false,
  };
}

/** The work of an action, done when it gets there. */
function act(world: World, node: Node, action: Action): () => boolean {
  const { consul } = world;
  const reached = () => reaches(consul, node.name);
  const onConsul = (does: () => boolean) => () => reached() && does();
  switch (action.do) {
    case "report":
      guardReport(world, node, action.member);
      return onConsul(() => {
        if (consul.reports.has(node.name)) return false;
        consul.reports.set(node.name, { member: action.member, index: ++consul.index });
        world.reported.add(action.member);
        return true;
      });
    case "evict":
      return () => {
        const { database } = node;
        if (!galera.answers(world.galera, database)) return false;
        const now = ownState(database).view;
        const same = now.primary === action.view.primary && now.members.length === action.view.members.length;
        if (!same || !now.members.every(({ uuid }) => action.view.members.some((each) => each.uuid === uuid)))
          return false;
        guardEviction(world, node, database, action.member);
        database.evicted.add(action.member);
        database.evicted.add(`@${action.node}`);
        return true;
      };
    case "clear":
      return () => {
        if (!galera.answers(world.galera, node.database)) return false;
        node.database.evicted.clear();
        if (!reached() || consul.reports.get(action.node)?.index !== action.index) return false;
        consul.cleared.set(`${action.node}/${node.name}`, action.member);
        consul.index += 1;
        return true;
      };
    case "forget":
      return () => {
        if (!galera.answers(world.galera, node.database)) return false;
        node.database.evicted.clear();
        return true;
      };
    case "close":
      return onConsul(() => {
        if (consul.reports.get(node.name)?.index !== action.index) return false;
        guardClose(world, node, action.member);
        consul.reports.delete(node.name);
        for (const key of [...consul.cleared.keys()]) if (key.startsWith(`${node.name}/`)) consul.cleared.delete(key);
        consul.index += 1;
        return true;
      });
    case "acquire":
      return onConsul(() => {
        const before = consul.named;
        const taken = nameWriter(consul, action.session, node.address);
        if (taken && before !== node.address) guardWriter(world, node);
        return taken;
      });
    case "release":
      return onConsul(() => releaseWriter(consul, action.session));
    case "seize":
      return onConsul(() => {
        guardSeizure(world, node, action.session);
        destroySession(consul, action.session);
        return true;
      });
    case "unname":
      return onConsul(() => unnameWriter(consul, action.index));
    case "take-out":
    case "put-back":
      return () => {
        if (consul.agentsDown.has(node.name)) return false;
        consul.local.get(node.name)!.maintenance = action.do === "take-out";
        return true;
      };
  }
}

// ---- invariants of single deeds ----------------------------------------------------------------------------------------
const databaseOf = (world: World, uuid: string) =>
  world.galera.databases.find((each) => each.uuid === uuid && each.alive);

/** Who was stopped a moment ago may not know better. */
const isStale = (world: World, node: Node) => world.now - node.resumed < 1_500;

function guardReport(world: World, node: Node, member: string): void {
  const database = databaseOf(world, member);
  if (!database?.joined || isStale(world, node)) return;
  if (!database.serves) throw new Violation("report of one that answers", `${node.name} reports what starts again`);
  if (
    galera.isAnswering(world.galera, database) ? world.now - database.well > 500 : world.now - database.silent! < 2_400
  ) {
    throw new Violation("report of one that answers", `${node.name} reports its database, which answers`);
  }
}

function guardEviction(world: World, node: Node, database: galera.Database, member: string): void {
  const { members } = database.view;
  const victim = members.find(({ uuid }) => uuid === member);
  if (!victim) return;
  if (members.some(({ arbitrator }) => arbitrator))
    throw new Violation("eviction beside an arbitrator", `by ${node.name}`);
  if (!galera.isPrimary(database) || members.length < 3) {
    throw new Violation("eviction to no majority", `${node.name} evicts ${victim.node} of ${members.length}`);
  }
  const evicted = members.filter(({ uuid }) => uuid === member || database.evicted.has(uuid));
  if (2 * evicted.length >= members.length) {
    throw new Violation("eviction to no majority", `${node.name} evicts ${evicted.length} of ${members.length}`);
  }
  // Reported, it was dead or hung then; one that hung may have come back since.
  if (!world.reported.has(member) && !isStale(world, node)) {
    throw new Violation("eviction of one that answers", `${node.name} evicts ${victim.node}, which nobody reported`);
  }
}

/** It may start again: nobody who can say so has it on its list any longer, or they had 5 s for it. */
function guardClose(world: World, node: Node, member: string): void {
  const since = world.nodes.find((each) => each === node)!.supervisorState.reported?.since ?? 0;
  if (clockOf(world, node) - since >= 4_500) return;
  const others = world.nodes.filter(
    (each) => each !== node && galera.answers(world.galera, each.database) && galera.isPrimary(each.database),
  );
  const holds = others.find((each) => each.database!.evicted.has(member));
  if (holds && !world.consul.reports.has(holds.name) && !isStale(world, node)) {
    throw new Violation("closed too early", `${holds.name} still has ${node.name} on its list`);
  }
}

function guardWriter(world: World, node: Node): void {
  if (world.now - node.lastFit > 2_500 && !isStale(world, node)) {
    throw new Violation("unfit writer", `${node.name} is named, unfit for ${world.now - node.lastFit} ms`);
  }
}

function guardSeizure(world: World, node: Node, session: string): void {
  if (world.consul.lock.session !== session || isStale(world, node)) return;
  const holder = world.nodes.find(({ address }) => address === world.consul.lock.address);
  const own = node.database;
  if (!holder?.database?.alive || !own?.alive) return;
  // What it knows of its view is up to 0.3 s old.
  if (
    own.view === holder.database.view &&
    world.now - own.view.since > 1_000 &&
    galera.isPrimary(own) &&
    isFit(world, holder)
  ) {
    throw new Violation("seized from a member", `${node.name} ends the session of ${holder.name}`);
  }
}

// ---- the keeper's ports -----------------------------------------------------------------------------------------------
function keeps(world: World, node: Node, effect: KeeperEffect): void {
  const { keeper } = node;
  const { number } = keeper;
  const { random } = world;
  const disk = world.galera.disks.get(node.name)!;
  const answer = (steps: number, event: () => KeeperEvent) =>
    after(world, steps, () => {
      if (keeper.number === number && keeper.alive && isUp(world, node)) send(keeper, event());
    });
  const peers = () => world.nodes.filter((other) => other !== node);
  const asks = () => {
    const slow = peers().some((peer) => !linked(world.net, node.name, peer.name) || peer.database?.stopped);
    return slow ? between(random, 10, 25) : between(random, 1, 3);
  };
  switch (effect.do) {
    case "read-files":
      answer(1, () => ({
        is: "files",
        files: {
          grastate:
            disk.data === "none"
              ? undefined
              : disk.data === "mixed"
                ? { value: { uuid: NO_UUID, seqno: -1, safeToBootstrap: false } }
                : { value: { uuid: CLUSTER, seqno: disk.clean ? disk.seqno : -1, safeToBootstrap: false } },
          transfer: false,
          installing: false,
          database: disk.data !== "none",
          view: disk.view && { value: disk.view },
        },
      }));
      return;
    case "recover":
      answer(between(random, 3, 12), () => ({ is: "recovered", found: { uuid: CLUSTER, seqno: disk.seqno } }));
      return;
    case "change-files":
      if (effect.changes.includes("drop-last-view")) disk.view = undefined;
      return;
    case "look-around": {
      // Each is asked at its own moment of that time.
      const told: PeerState[] = [];
      const length = asks();
      for (const [at, peer] of peers().entries()) {
        after(world, between(random, 1, length), () => {
          told[at] = askPeer(world, node, peer);
        });
      }
      answer(length, () => ({ is: "around", peers: peers().map((_, at) => told[at] ?? { doing: "missing" }) }));
      return;
    }
    case "look-gates":
      answer(between(random, 1, 5), () => ({
        is: "gates",
        gates: { room, othersWrite: false, clock: { wrong: false, said: "clock right" } },
      }));
      return;
    case "make-database":
      answer(10, () => ({ is: "made", ok: true }));
      return;
    case "ask-departure":
      answer(1, () => ({ is: "counted", by: peers().some((peer) => counts(world, node, peer)) }));
      return;
    case "ask-report":
      answer(1, () => ({
        is: "reported",
        stands: reaches(world.consul, node.name) ? world.consul.reports.has(node.name) : undefined,
      }));
      return;
    case "start": {
      const { changes, options } = effect.plan;
      if (changes.includes("drop-last-view")) disk.view = undefined;
      node.told = undefined;
      const bootstrap = options.includes("--wsrep-new-cluster");
      note(
        world,
        `${node.name}: starts ${bootstrap ? "a new cluster" : disk.view ? "as it was" : "as a newcomer"} at ${disk.seqno}`,
      );
      if (bootstrap) world.formed = true;
      const how = bootstrap ? "bootstrap" : disk.view ? "rejoin" : "join";
      node.database = galera.start(world.galera, node.name, how, world.now, (code) => {
        note(world, `${node.name}: its database ended (${code})`);
        if (keeper.number === number && keeper.alive) send(keeper, { is: "exited", code });
      });
      return;
    }
    case "look-joining":
      answer(asks(), () => {
        const { database } = node;
        if (galera.isAnswering(world.galera, database)) return { is: "joining", answers: true };
        const fed = database?.transfer?.joiner === database && database?.transfer !== undefined;
        const asksForData = database?.joined === true && database.state === "joining";
        return {
          is: "joining",
          answers: false,
          look: { peers: peers().map((peer) => askPeer(world, node, peer)), asksForData, fed },
        };
      });
      return;
    case "look":
      answer(1, () => ({ is: "look", look: lookAt(world, node.database) }));
      return;
    case "look-donor":
      answer(1, () => ({
        is: "donor",
        giving: node.database?.transfer?.donor === node.database,
        othersWrite: peers().some((peer) => linked(world.net, node.name, peer.name) && isFit(world, peer)),
      }));
      return;
    case "look-capacity":
      answer(1, () => ({ is: "capacity", room, othersWrite: false }));
      return;
    case "promote":
      note(world, `${node.name}: promotes its component`);
      if (galera.answers(world.galera, node.database)) galera.promote(world.galera, node.database);
      return;
    case "end-transfer": {
      const ok = node.database?.alive === true && galera.endTransfer(world.galera, node.database, effect.role);
      answer(1, () => ({ is: "transfer-ended", role: effect.role, ok }));
      return;
    }
    case "leave-name":
      answer(1, () => {
        const ok = !world.consul.agentsDown.has(node.name);
        if (ok) world.consul.local.get(node.name)!.leaving = true;
        return { is: "name-left", ok };
      });
      return;
    case "list-clients":
      answer(1, () => ({
        is: "clients",
        clients: galera.answers(world.galera, node.database) ? { idle: [], busy: 0 } : undefined,
      }));
      return;
    case "chore":
      answer(1, () => {
        if (!isFit(world, node) || world.consul.agentsDown.has(node.name))
          return { is: "chore", name: effect.name, result: "early" };
        if (effect.name === "come-back") world.consul.local.get(node.name)!.leaving = false;
        return { is: "chore", name: effect.name, result: "done" };
      });
      return;
    case "kill":
      after(world, 1, () => {
        if (!node.database?.alive) return;
        if (effect.signal === "KILL") galera.kill(world.galera, node.database);
        else node.database.stopping = true;
      });
      return;
    case "tell":
      if (effect.told.at) node.told = effect.told.at.standing;
      note(world, `${node.name} keeper: ${effect.told.state}: ${effect.told.detail}`);
      return;
    case "exit":
      endKeeper(world, node);
      return;
    case "log":
      note(world, `${node.name} keeper: ${effect.text}`);
      return;
    case "set-read-only":
    case "end-clients":
    case "tell-leaving":
      return;
  }
}

export const CLUSTER = "96ee8015-e56e-11f1-8fb5-a36e41aba6e9";
const room: Room = { warning: 80, full: 95, counted: 0, used: 10 };

/** With its container: Docker starts it again. */
export function endKeeper(world: World, node: Node): void {
  const { keeper } = node;
  if (!keeper.alive) return;
  keeper.alive = false;
  node.told = undefined;
  if (node.database?.alive) galera.kill(world.galera, node.database);
  keeper.startsAt = world.now + between(world.random, 2, 12) * STEP;
}

export function endSupervisor(world: World, node: Node): void {
  node.supervisor.alive = false;
  node.connection = undefined;
  node.supervisor.startsAt = world.now + between(world.random, 2, 12) * STEP;
}

function askPeer(world: World, from: Node, to: Node): PeerState {
  const { net } = world;
  if (!net.up.has(to.name) || !way(net, from.name, to.name) || !way(net, to.name, from.name))
    return { doing: "missing" };
  const { database } = to;
  if (database?.alive) {
    if (!galera.answers(world.galera, database)) return { doing: "starting" };
    return {
      doing: galera.isPrimary(database) ? "primary" : "nonprimary",
      position: { uuid: CLUSTER, seqno: database.seqno },
      synced: database.state === "synced",
      size: database.view.members.length,
    };
  }
  if (to.keeper.alive && to.told !== undefined) return { doing: "waiting", position: to.told };
  return { doing: "absent" };
}

const counts = (world: World, from: Node, { name, database }: Node): boolean =>
  linked(world.net, from.name, name) &&
  galera.answers(world.galera, database) &&
  galera.isPrimary(database) &&
  database.view.members.some((member) => member.node === from.name);

function lookAt(world: World, database: galera.Database | undefined): ReplicationLook | undefined {
  if (!galera.answers(world.galera, database)) return undefined;
  return {
    status: database.disconnected ? "disconnected" : galera.isPrimary(database) ? "primary" : "nonprimary",
    uuid: CLUSTER,
    lastCommitted: database.seqno,
    localState: galera.isPrimary(database) ? (database.state === "outside" ? 0 : localState[database.state]) : 0,
    size: database.view.members.length,
    ready: database.ready && galera.isPrimary(database),
    idle: true,
  };
}
