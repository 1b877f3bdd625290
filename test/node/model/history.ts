import * as bootstrap from "../../../node/bootstrap/index.ts";
import { step as keeper } from "../../../node/keeper/machine.ts";
import * as supervisorRules from "../../../node/supervisor/decide.ts";
import { step as supervisor } from "../../../node/supervisor/machine.ts";
import * as galera from "./galera.ts";
import { setCut } from "./net.ts";
import { Violation } from "./violation.ts";
import {
  advance,
  endKeeper,
  endSupervisor,
  isFit,
  newWorld,
  note,
  type Rules,
  type Shape,
  STEP,
  type World,
} from "./world.ts";

export const rules: Rules = { decide: supervisorRules.decide, plan: bootstrap.decide, supervisor, keeper };

/** What is broken, and healed again after its time. `at` and `lasts` in steps; `on`, `to`: which host, by number. */
export interface Fault {
  kind: (typeof kinds)[number];
  at: number;
  lasts: number;
  on: number;
  to: number;
}

export const kinds = [
  "kill database",
  "kill container",
  "kill supervisor",
  "hang database",
  "hang keeper",
  "hang supervisor",
  "slow disk",
  "cut one way",
  "cut",
  "cut off",
  "power",
  "power of all",
  "stop",
  "stop all",
  "empty volume",
  "no leader",
  "no agent",
  "connections end",
] as const;

export interface History {
  shape: Shape;
  seed: number;
  faults: readonly Fault[];
}

/** Faults come once the cluster stands, most of them; a few while it is being made. */
const FIRST = 0;
/** Steps until all is well again after the last healing. */
const PATIENCE = 1_500;
/** Steps for which all must stay well. */
const STEADY = 30;

/** Plays a history to its end. Throws a Violation. */
export function play({ shape, seed, faults }: History, played: Rules = rules, trace = false): World {
  const world = newWorld(shape, played, seed, trace);
  const due = new Map<number, (() => void)[]>();
  const at = (step: number, does: () => void) => due.set(step, [...(due.get(step) ?? []), does]);
  let last = 0;
  for (const fault of faults) {
    const begins = FIRST + fault.at;
    const ends = begins + fault.lasts;
    last = Math.max(last, ends);
    let heal: (() => void) | undefined;
    at(begins, () => {
      note(
        world,
        `--- ${fault.kind} on ${fault.on}${fault.kind.startsWith("cut") ? ` to ${fault.to}` : ""} for ${fault.lasts / 10} s`,
      );
      heal = breaks(world, fault);
    });
    at(ends, () => {
      note(world, `--- healed: ${fault.kind} on ${fault.on}`);
      heal?.();
    });
  }
  try {
    let steady = 0;
    for (let step = 0; step <= last + PATIENCE; step++) {
      for (const does of due.get(step) ?? []) does();
      advance(world);
      steady = step > last && wrong(world).length === 0 ? steady + 1 : 0;
      if (steady >= STEADY) return world;
    }
    throw new Violation("not live", wrong(world).join("; "));
  } catch (error) {
    if (trace) {
      for (const { node, view, state, evicted, alive, joined, disconnected, last, given } of world.galera.databases) {
        const members = view.members.map((each) => each.node);
        note(
          world,
          `${node}: ${JSON.stringify({ alive, joined, disconnected, state, given, view: [view.id, view.primary, view.stateless, ...members], last: last && [last.id, last.uuids.size], evicted: [...evicted] })}`,
        );
      }
      for (const node of world.nodes)
        note(world, `${node.name} ${JSON.stringify(node.keeperState)} ${JSON.stringify(node.keeper)}`);
      console.log(world.log.join("\n"));
    }
    throw error;
  }
}

/** What is not as it must be once all is healed. */
export function wrong(world: World): string[] {
  const found: string[] = [];
  const { nodes, consul } = world;
  const size = nodes.length + (world.arbitrator ? 1 : 0);
  for (const node of nodes) {
    if (!isFit(world, node)) found.push(`${node.name} is not fit`);
    else if (node.database!.view.members.length !== size)
      found.push(`${node.name} sees ${node.database!.view.members.length} members`);
    else if (node.database!.evicted.size > 0) found.push(`${node.name} has a list of the evicted`);
    if (Object.keys(node.supervisorState.evicting).length > 0) found.push(`${node.name} evicts`);
    if (node.supervisorState.pulse.life !== "answers") found.push(`the supervisor of ${node.name} finds no database`);
    const local = consul.local.get(node.name)!;
    if (local.maintenance || local.leaving) found.push(`${node.name} is in maintenance`);
  }
  if (consul.reports.size > 0) found.push(`reports: ${[...consul.reports.keys()]}`);
  if (consul.cleared.size > 0) found.push(`cleared: ${[...consul.cleared.keys()]}`);
  if (consul.lock.session === undefined || !consul.sessions.has(consul.lock.session)) found.push("no writer");
  return found;
}

/** Breaks something; returns how it is healed. */
function breaks(world: World, { kind, on, to }: Fault): (() => void) | undefined {
  const { net, nodes, consul } = world;
  const host = net.hosts[on % net.hosts.length]!;
  const node = nodes[on % nodes.length]!;
  const others = net.hosts.filter((other) => other !== host);
  const other = others[to % others.length]!;
  const cut = (pairs: [string, string][]) => {
    for (const [from, into] of pairs) setCut(net, from, into, true);
    return () => {
      for (const [from, into] of pairs) setCut(net, from, into, false);
    };
  };
  switch (kind) {
    case "kill database":
      if (node.database?.alive) galera.kill(world.galera, node.database);
      return undefined;
    case "kill container":
      endKeeper(world, node);
      return undefined;
    case "kill supervisor":
      if (node.supervisor.alive) endSupervisor(world, node);
      return undefined;
    case "hang database": {
      const { database } = node;
      if (!database?.alive || database.stopped) return undefined;
      database.stopped = true;
      database.silent ??= world.now;
      return () => {
        database.stopped = false;
        isWell(world, database);
      };
    }
    case "hang keeper":
    case "hang supervisor": {
      const life = kind === "hang keeper" ? node.keeper : node.supervisor;
      life.stopped += 1;
      return () => {
        life.stopped -= 1;
        node.resumed = world.now;
      };
    }
    case "slow disk": {
      const { database } = node;
      if (!database?.alive || database.slow) return undefined;
      database.slow = true;
      database.silent ??= world.now;
      return () => {
        database.slow = false;
        isWell(world, database);
      };
    }
    case "cut one way":
      return cut([[host, other]]);
    case "cut":
      return cut([
        [host, other],
        [other, host],
      ]);
    case "cut off":
      return cut(
        others.flatMap((each): [string, string][] => [
          [host, each],
          [each, host],
        ]),
      );
    case "power":
      return power(world, [host]);
    case "power of all":
      return power(world, [...net.hosts]);
    case "stop":
      if (node.keeper.alive) node.keeper.inbox.push({ is: "stop" });
      return undefined;
    case "stop all":
      for (const each of nodes) if (each.keeper.alive) each.keeper.inbox.push({ is: "stop" });
      return undefined;
    case "empty volume": {
      // Only what another one has, too, may be lost.
      const kept = nodes.some((each) => each !== node && whole(world, each.name) >= world.galera.acked);
      if (!kept || !world.formed) return undefined;
      endKeeper(world, node);
      world.galera.disks.set(node.name, { seqno: 0, data: "none", clean: true });
      return undefined;
    }
    case "no leader":
      consul.headless += 1;
      return () => {
        consul.headless -= 1;
      };
    case "no agent":
      consul.agentsDown.set(node.name, (consul.agentsDown.get(node.name) ?? 0) + 1);
      return () => {
        const left = consul.agentsDown.get(node.name)! - 1;
        if (left > 0) consul.agentsDown.set(node.name, left);
        else consul.agentsDown.delete(node.name);
      };
    case "connections end":
      // Somebody ends them, and the database is well.
      if (node.connection) {
        const { generation } = node.connection;
        node.connection = undefined;
        if (node.supervisor.alive)
          node.supervisor.inbox.push({ is: "broken", generation, listening: node.database?.alive === true });
      }
      return undefined;
  }
}

function isWell({ now }: World, database: galera.Database): void {
  if (database.stopped || database.slow) return;
  database.silent = undefined;
  database.well = now;
}

/** What of a node's data would survive anything. */
function whole(world: World, name: string): number {
  const database = world.galera.databases.find((each) => each.alive && each.node === name);
  const disk = world.galera.disks.get(name)!;
  if (disk.data !== "whole") return -1;
  return database ? database.seqno : disk.seqno;
}

function power(world: World, hosts: string[]): () => void {
  const { net, nodes } = world;
  const off = hosts.filter((host) => net.up.has(host));
  for (const host of off) {
    const node = nodes.find(({ name }) => name === host);
    if (node) {
      endKeeper(world, node);
      if (node.supervisor.alive) endSupervisor(world, node);
    }
    const { arbitrator } = world;
    if (arbitrator?.host === host && arbitrator.database?.alive) galera.kill(world.galera, arbitrator.database);
    net.up.delete(host);
  }
  return () => {
    for (const host of off) {
      net.up.add(host);
      const node = nodes.find(({ name }) => name === host);
      if (node) node.off = 0;
      if (world.arbitrator?.host === host) world.arbitrator.startsAt = world.now + 10 * STEP;
    }
  };
}
