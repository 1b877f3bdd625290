import type { View as LastView } from "../../../node/bootstrap/index.ts";
import { linked, type Net } from "./net.ts";
import { between, type Random } from "./random.ts";
import { Violation } from "./violation.ts";

/**
 * Galera, as far as it matters here. The rules, as they were seen on 26.4.23 (docs/decisions/0010, 0020, 0022; profile `lan`):
 *
 * 1. Members that hear each other, directly or through others, and none of which has another on its list of the evicted, form a group.
 * 2. A group that is another one than the view of its members gets a new view once each that is missing was silent for 1 to 1.3 s
 *    (suspect_timeout, check, retransmission), or all that remain have it on their list.
 * 3. The new view is primary when more than half of the members of its last primary view are in it, less those that left in good order; or
 *    when nobody's last view was primary and all members of the last primary one are together again. Half is not enough.
 * 4. A member commits when all members of its primary view have heard of it; others apply what they were given a moment later, and lose what
 *    they did not when they are killed.
 * 5. A newcomer needs a donor that is Synced: an incremental transfer where it misses little, else a full one, which leaves nobody's data until
 *    it ends. A transfer ends with either of the two, and with the quorum; then the joiner's database ends, or it was forgotten and waits.
 * 6. A primary view in which nobody has all data finds no quorum, whoever comes (seen when the last one with data stopped in good order).
 * 7. A member that is killed keeps its last view; one that starts with it is the same member again. A clean stop removes it.
 * 8. A newcomer that finds no primary component within 30 s ends. It takes clients once it was Synced.
 * 9. While a member has one on its list, that node's next member is refused, whatever its uuid.
 */
export interface Disk {
  seqno: number;
  /** `none`: no data was ever here; `mixed`: the rest of a full transfer. */
  data: "none" | "mixed" | "whole";
  clean: boolean;
  /** gvwstate.dat. */
  view?: LastView;
}

export interface View {
  id: number;
  members: Database[];
  primary: boolean;
  /** Rule 6. */
  stateless: boolean;
  since: number;
}

interface LastPrimary {
  id: number;
  uuids: Set<string>;
}

export interface Database {
  node: string;
  uuid: string;
  arbitrator: boolean;
  alive: boolean;
  /** Stopped (SIGSTOP): it says nothing to anybody. */
  stopped: boolean;
  /** It was told to stop in good order, and does as soon as it can. */
  stopping: boolean;
  /** Its disk is slow: it talks to the others, and answers no client. */
  slow: boolean;
  /** Since when it has been either, and neither. */
  silent?: number;
  well: number;
  /** When it has read its files and joins the group. */
  joinsAt: number;
  joined: boolean;
  /** It takes clients. */
  serves: boolean;
  state: "outside" | "joining" | "donor" | "synced";
  ready: boolean;
  view: View;
  last?: LastPrimary;
  heard: Map<Database, number>;
  evicted: Set<string>;
  seqno: number;
  given: number;
  transfer?: Transfer;
  /** When a newcomer gives up. */
  patience: number;
  disconnected: boolean;
  missing?: number;
  ended?: (code: number | undefined) => void;
}

interface Transfer {
  donor: Database;
  joiner: Database;
  full: boolean;
  ends: number;
}

export interface Galera {
  net: Net;
  random: Random;
  databases: Database[];
  disks: Map<string, Disk>;
  views: number;
  uuids: number;
  /** The highest write-set that a client was told to be committed. */
  acked: number;
  bootstraps: number;
  now: number;
  /** What gvwstate.dat holds, by the uuid of its node; and that of the arbitrator. */
  lastViews: Map<string, LastPrimary>;
  arbitrator?: string;
}

export const newGalera = (net: Net, nodes: readonly string[], random: Random): Galera => ({
  net,
  random,
  databases: [],
  disks: new Map(nodes.map((node) => [node, { seqno: 0, data: "none", clean: true }])),
  views: 0,
  uuids: 0,
  acked: 0,
  bootstraps: 0,
  now: 0,
  lastViews: new Map(),
});

const SUSPECT = 1_000;
const SST_ABOVE = 40;

export const isIn = (galera: Galera, database: Database): boolean =>
  database.alive && database.joined && !database.disconnected && galera.net.up.has(database.node);
const talks = (galera: Galera, database: Database): boolean => isIn(galera, database) && !database.stopped;

/** As it says of itself. */
export const isPrimary = ({ view, disconnected }: Database): boolean =>
  view.primary && !view.stateless && !disconnected;

/** It answers a client of its own host, or of one that it is linked with. */
export const answers = (galera: Galera, database: Database | undefined): database is Database =>
  database?.alive === true &&
  database.serves &&
  !database.stopped &&
  !database.slow &&
  galera.net.up.has(database.node);

/** The same, where it matters also when it does not. */
export const isAnswering = (galera: Galera, database: Database | undefined): boolean => answers(galera, database);

export function start(
  galera: Galera,
  node: string,
  how: "join" | "rejoin" | "bootstrap" | "arbitrator",
  now: number,
  ended?: (code: number | undefined) => void,
): Database {
  const { random } = galera;
  const arbitrator = how === "arbitrator";
  const disk = galera.disks.get(node);
  // An arbitrator keeps its view, too.
  const former = arbitrator ? galera.arbitrator : how === "rejoin" ? disk?.view?.own : undefined;
  galera.uuids += 1;
  const database: Database = {
    node,
    uuid: former ?? `${String(galera.uuids).padStart(8, "0")}-0000-0000-0000-000000000000`,
    arbitrator,
    alive: true,
    stopped: false,
    stopping: false,
    slow: false,
    well: now,
    joinsAt: now + between(random, 3, 12) * 100,
    joined: false,
    serves: false,
    state: disk && disk.data !== "whole" ? "joining" : "outside",
    ready: false,
    view: { id: 0, members: [], primary: false, stateless: false, since: now },
    heard: new Map(),
    evicted: new Set(),
    seqno: disk?.seqno ?? 0,
    given: disk?.seqno ?? 0,
    patience: how === "rejoin" || arbitrator ? Number.POSITIVE_INFINITY : now + 30_000,
    disconnected: false,
    ended,
  };
  database.view.members = [database];
  if (former) database.last = galera.lastViews.get(former);
  if (how === "bootstrap") {
    database.joinsAt = now + 500;
    database.patience = Number.POSITIVE_INFINITY;
    noteBootstrap(galera, database, disk!);
  }
  if (disk) disk.clean = false;
  galera.databases = [...galera.databases.filter(({ alive }) => alive), database];
  return database;
}

function noteBootstrap(galera: Galera, database: Database, disk: Disk): void {
  // One that is about to join has no part in it yet. An arbitrator that is alone has nobody's data, and follows those that have.
  const living = galera.databases.find(
    (other) =>
      other.alive &&
      other !== database &&
      isPrimary(other) &&
      other.view.members.some((each) => !each.arbitrator && each.alive),
  );
  if (living) throw new Violation("second bootstrap", `${database.node} bootstraps while ${living.node} runs`);
  if (disk.data === "mixed") throw new Violation("lost writes", `${database.node} bootstraps from half a transfer`);
  if (disk.seqno < galera.acked) {
    throw new Violation(
      "lost writes",
      `${database.node} bootstraps at ${disk.seqno}, acknowledged was ${galera.acked}`,
    );
  }
  galera.bootstraps += 1;
  disk.data = "whole";
  database.state = "synced";
  database.seqno = database.given = disk.seqno;
  database.view = { id: ++galera.views, members: [database], primary: true, stateless: false, since: galera.now };
  database.last = { id: galera.views, uuids: new Set([database.uuid]) };
}

/** By SIGKILL, or with its host. */
export function kill(galera: Galera, database: Database, code: number | undefined = undefined): void {
  if (!database.alive) return;
  database.alive = false;
  if (database.arbitrator && database.last) {
    galera.arbitrator = database.uuid;
    galera.lastViews.set(database.uuid, database.last);
  }
  const disk = galera.disks.get(database.node);
  if (disk) {
    disk.seqno = database.seqno;
    disk.clean = false;
    if (database.transfer?.joiner === database && database.transfer.full) disk.data = "mixed";
    if (database.last && isKept(database)) {
      galera.lastViews.set(database.uuid, database.last);
      const { id, uuids } = database.last;
      disk.view = { id: `${id}`, number: id, seen: galera.now, own: database.uuid, members: [...uuids] };
    }
  }
  breakTransfer(galera, database.transfer, database);
  database.ended?.(code);
}

/** The view is written when it is primary and the member has its data. */
const isKept = ({ last, state, seqno }: Database) => last !== undefined && (state !== "joining" || seqno > 0);

/** By SIGTERM: the others' view shrinks, and keeps its quorum. */
export function stop(galera: Galera, database: Database): void {
  if (!database.alive || database.stopped) return;
  database.seqno = database.given;
  const { view } = database;
  const disk = galera.disks.get(database.node);
  database.alive = false;
  if (disk) {
    disk.seqno = database.seqno;
    disk.clean = true;
    if (database.transfer?.joiner === database && database.transfer.full) disk.data = "mixed";
    disk.view = undefined;
  }
  for (const other of view.members) {
    if (other === database || !talks(galera, other) || other.view !== view) continue;
    if (linked(galera.net, other.node, database.node)) other.last?.uuids.delete(database.uuid);
  }
  breakTransfer(galera, database.transfer, database);
  database.ended?.(0);
}

function breakTransfer(galera: Galera, transfer: Transfer | undefined, by?: Database): void {
  if (!transfer) return;
  const { donor, joiner } = transfer;
  donor.transfer = undefined;
  joiner.transfer = undefined;
  if (donor.alive && donor !== by && donor.state === "donor") {
    donor.state = isPrimary(donor) ? "synced" : "outside";
    donor.ready = true;
  }
  if (joiner.alive && joiner !== by) {
    const disk = galera.disks.get(joiner.node)!;
    if (transfer.full) disk.data = "mixed";
    // Most end with their transfer; one that was not told waits for good.
    if (galera.random() < 0.8) {
      joiner.seqno = transfer.full ? 0 : joiner.seqno;
      end(galera, joiner, disk, 1);
    } else joiner.state = "joining";
  }
}

/** The database ends by itself. */
function end(_galera: Galera, database: Database, disk: Disk, code: number): void {
  database.alive = false;
  disk.seqno = database.seqno;
  disk.clean = false;
  disk.view = undefined;
  database.ended?.(code);
}

/** Ends a transfer's script. */
export function endTransfer(galera: Galera, database: Database, role: "donor" | "joiner"): boolean {
  const { transfer } = database;
  if (role === "joiner") {
    if (database.state !== "joining" || !database.joined) return false;
    if (transfer) breakTransfer(galera, transfer, database);
    const { view } = database;
    for (const other of view.members)
      if (other !== database && other.view === view) other.last?.uuids.delete(database.uuid);
    end(galera, database, galera.disks.get(database.node)!, 1);
    return true;
  }
  if (transfer?.donor !== database) return false;
  breakTransfer(galera, transfer);
  return true;
}

/** pc.bootstrap. */
export function promote(galera: Galera, database: Database): void {
  if (isPrimary(database) || !database.joined || database.disconnected) return;
  const others = galera.databases.filter(
    (other) => other.alive && !other.arbitrator && isPrimary(other) && !database.view.members.includes(other),
  );
  if (others.length > 0)
    throw new Violation("second primary", `${database.node} is promoted beside ${others[0]!.node}`);
  if (database.view.stateless) return;
  const best = Math.max(...database.view.members.map(({ given }) => given));
  if (best < galera.acked) {
    throw new Violation("lost writes", `${database.node} is promoted at ${best}, acknowledged was ${galera.acked}`);
  }
  install(galera, database.view.members, true);
}

/** One step of all groups. */
export function advance(galera: Galera, now: number): void {
  galera.now = now;
  for (const database of galera.databases) {
    if (!database.alive || database.joined || now < database.joinsAt || database.stopped) continue;
    database.joined = true;
    if (isPrimary(database)) database.serves = database.ready = true;
  }
  const inside = galera.databases.filter((database) => talks(galera, database));
  for (const group of groups(galera, inside)) {
    // Directly, or through others.
    for (const one of group) for (const other of group) one.heard.set(other, now);
    settle(galera, group, now);
  }
  onePrimary(inside);
  for (const database of inside) transfers(galera, database, now);
  for (const database of galera.databases) {
    if (database.alive && database.stopping && !database.stopped && !database.slow) stop(galera, database);
    if (!database.alive) continue;
    // What was given is applied a moment later.
    if (!database.stopped && !database.slow && database.seqno < database.given && database.state !== "joining") {
      database.seqno = database.given;
    }
    if (database.joined && !isPrimary(database) && now > database.patience) kill(galera, database, 1);
    if (isPrimary(database)) database.patience = Number.POSITIVE_INFINITY;
  }
}

/** Two components that could both commit. */
function onePrimary(inside: readonly Database[]): void {
  let found: View | undefined;
  for (const { view, node } of inside) {
    if (!view.primary || view.stateless || view === found || view.members.every((each) => each.arbitrator)) continue;
    if (!view.members.every((each) => each.view === view && inside.includes(each))) continue;
    if (found) throw new Violation("second primary", `${node} beside ${found.members.map((each) => each.node)}`);
    found = view;
  }
}

const refuses = (one: Database, other: Database) => one.evicted.has(other.uuid) || one.evicted.has(`@${other.node}`);

function groups(galera: Galera, inside: Database[]): Database[][] {
  const left = new Set(inside);
  const found: Database[][] = [];
  for (const first of inside) {
    if (!left.delete(first)) continue;
    const group = [first];
    for (const one of group) {
      for (const other of left) {
        if (!linked(galera.net, one.node, other.node) || refuses(one, other) || refuses(other, one)) continue;
        left.delete(other);
        group.push(other);
      }
    }
    found.push(group);
  }
  return found;
}

function settle(galera: Galera, group: Database[], now: number): void {
  const [first] = group as [Database];
  const { view } = first;
  if (view.members.length === group.length && group.every((each) => each.view === view)) return;
  for (const one of group) {
    for (const other of one.view.members) {
      if (group.includes(other)) continue;
      const evicted = group.filter((each) => each.view === one.view).every((each) => each.evicted.has(other.uuid));
      if (evicted) {
        if (other.alive && isIn(galera, other) && !other.stopped && linked(galera.net, one.node, other.node))
          other.disconnected = true;
        continue;
      }
      // It left in good order, and said so.
      if (one.last && !one.last.uuids.has(other.uuid) && !other.alive) continue;
      one.missing ??= between(galera.random, 0, 3) * 100;
      if (now - (one.heard.get(other) ?? 0) < SUSPECT + one.missing) return;
    }
  }
  for (const one of group) one.missing = undefined;
  install(galera, group, isQuorum(group));
}

/** Rule 3. */
function isQuorum(group: readonly Database[]): boolean {
  const has = (last: LastPrimary) => group.filter(({ uuid }) => last.uuids.has(uuid)).length;
  const primary = group.filter(({ view }) => view.primary);
  if (primary.length > 0) {
    const newest = primary.map(({ last }) => last!).toSorted((a, b) => b.id - a.id)[0]!;
    return 2 * has(newest) > newest.uuids.size;
  }
  const newest = group
    .map(({ last }) => last)
    .filter((last) => last !== undefined)
    .toSorted((a, b) => b.id - a.id)[0];
  return newest !== undefined && newest.uuids.size > 0 && has(newest) === newest.uuids.size;
}

function install(galera: Galera, group: Database[], primary: boolean): void {
  const before = new Set(group.filter(isPrimary));
  const members = group.toSorted((a, b) => (a.uuid < b.uuid ? -1 : 1));
  const view: View = { id: ++galera.views, members, primary, stateless: false, since: galera.now };
  // A newcomer's data may be of any age.
  const whole = group.filter((each) => !each.arbitrator && each.state !== "joining" && each.last !== undefined);
  // Rule 6.
  view.stateless = primary && whole.length === 0 && group.some((each) => !each.arbitrator);
  const most = Math.max(0, ...whole.map((each) => each.given));
  for (const each of group) {
    each.view = view;
    // Members of one view have been given the same.
    if (primary) each.last = { id: view.id, uuids: new Set(members.map(({ uuid }) => uuid)) };
    if (each.arbitrator) continue;
    if (!primary || view.stateless) {
      if (each.transfer) breakTransfer(galera, each.transfer);
      if (each.alive && each.state !== "joining")
        each.state = view.stateless && !whole.includes(each) ? "joining" : "outside";
      continue;
    }
    if (each.transfer && (!group.includes(each.transfer.donor) || !group.includes(each.transfer.joiner)))
      breakTransfer(galera, each.transfer);
    if (!each.alive) continue;
    const complete = whole.includes(each) && (before.has(each) || each.given >= most);
    if (each.state === "outside" || each.state === "synced") {
      each.state = complete ? "synced" : "joining";
      each.ready = complete;
      if (complete) {
        each.serves = true;
        galera.disks.get(each.node)!.data = "whole";
      }
    }
  }
}

function transfers(galera: Galera, database: Database, now: number): void {
  if (!isPrimary(database) || database.arbitrator) return;
  const { transfer } = database;
  if (transfer?.joiner === database) {
    if (now < transfer.ends || transfer.donor.stopped || database.stopped || database.slow) return;
    const { donor } = transfer;
    donor.transfer = database.transfer = undefined;
    if (donor.state === "donor") {
      donor.state = "synced";
      donor.ready = true;
    }
    database.seqno = database.given = donor.given;
    database.state = "synced";
    database.ready = database.serves = true;
    const disk = galera.disks.get(database.node)!;
    disk.data = "whole";
    return;
  }
  if (database.state !== "joining" || transfer) return;
  const donor = database.view.members.find(
    (each) => !each.arbitrator && each.state === "synced" && !each.transfer && !each.stopped && each.alive,
  );
  if (!donor) return;
  const disk = galera.disks.get(database.node)!;
  const full = disk.data !== "whole" || donor.given - database.seqno > SST_ABOVE;
  const length = full ? between(galera.random, 15, 50) : between(galera.random, 2, 12);
  database.transfer = donor.transfer = { donor, joiner: database, full, ends: now + length * 100 };
  donor.state = "donor";
  // Its data is being overwritten from here on.
  if (full) {
    disk.data = "mixed";
    database.seqno = database.given = 0;
  }
}

/** A client writes through that database. */
export function write(galera: Galera, database: Database): boolean {
  if (!answers(galera, database) || !isPrimary(database) || !database.ready) return false;
  const { members } = database.view;
  const all = members.every(
    (each) => each.view === database.view && talks(galera, each) && linked(galera.net, database.node, each.node),
  );
  if (!all) return false;
  const seqno = Math.max(...members.map(({ given }) => given)) + 1;
  if (seqno <= galera.acked) {
    throw new Violation("split brain", `${database.node} commits ${seqno}, which was committed elsewhere`);
  }
  for (const each of members) if (each.state !== "joining") each.given = seqno;
  database.seqno = seqno;
  galera.acked = seqno;
  return true;
}
