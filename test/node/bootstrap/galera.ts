import type * as rules from "../../../node/bootstrap/index.ts";

/** The rules under test; a mutant has the same. */
export type Rules = Pick<typeof rules, "decide" | "obey" | "recover" | "settle">;

/** What a history must never come to. */
export class Violation extends Error {
  override name = "Violation";
}

/** All write-sets that somebody has, under the uuid and number that they have now. */
interface Data {
  uuid: string;
  seqno: number;
  /** The last of them is that of `seqno`. */
  writes: readonly number[];
}

interface Disk {
  data?: Data;
  /** What an interrupted transfer left. */
  incomplete: boolean;
  unreadable: boolean;
  stop: "clean" | "crash";
  changed: number;
  view?: rules.View;
}

/** A database that runs. */
interface Running {
  member: string;
  component: Component;
  /** Up to date, or was when its component lost its quorum; otherwise it waits for data. */
  complete: boolean;
  /** What it was given, and how many write-sets of that it does not have yet. */
  received?: Data;
  behind: number;
  /** Its state transfer has begun to overwrite what was here. */
  overwrites: boolean;
}

interface Component {
  primary: boolean;
  data?: Data;
  /** Members of its last primary view that did not leave in good order. */
  view?: { id: string; number: number; members: string[] };
}

interface Node {
  host: string;
  disk: Disk;
  state: "off" | "waiting" | "running";
  running?: Running;
  /** Decided, and not done yet: others may do something meanwhile. */
  decided?: rules.Decision;
  /** Its host is gone: nobody reaches it, and nothing runs there. */
  gone: boolean;
  side: number;
}

/** As often as they come about, beside each other. */
const often = {
  "go on": 8,
  look: 2,
  act: 2,
  write: 4,
  apply: 1,
  transfer: 2,
  start: 2,
  "start all": 3,
  crash: 2,
  "power cut": 1,
  stop: 1,
  "stop all": 1,
  split: 1,
  heal: 2,
  wipe: 1,
  tear: 1,
  "give up": 1,
  "go away": 1,
  return: 1,
  person: 2,
  orders: 1,
  quiet: 1,
} as const;
type What = keyof typeof often;

export const steps = Object.entries(often).flatMap(([what, times]) => Array<What>(times).fill(what as What));
/** After these nobody is needed. */
export const mild = steps.filter((what) => !["wipe", "tear", "go away", "person", "orders"].includes(what));

export interface Step {
  what: What;
  node: number;
  mask: number;
}

const NOON = 1_795_262_400;

/**
 * Nodes of a Galera cluster, as far as its rules count here (facts.md of the project's owners, docs/decisions/0010 and 0020):
 * - A write is acknowledged when its own node has it; by then every member of the component was given it, and may not have it yet.
 *   What was given and is not there yet is lost in a crash.
 * - A component keeps its quorum with more than half of the members of its last view; who leaves in good order does not count.
 *   Without one it finds it again only when all members of its last view are back.
 * - A primary component notes its view on the disk of each member; a clean stop removes that.
 * - A joiner gets what it misses, by number, or everything, which overwrites what it has, at once.
 *
 * A step that is not possible just then does nothing.
 */
export class Galera {
  readonly #rules: Rules;
  readonly #nodes: Node[];
  #now = NOON;
  #made = 0;
  /** Acknowledged write-sets that nobody has given up, and the order of the view in which they were. */
  readonly #acknowledged = new Map<number, number>();
  readonly #views = new Map<string, number>();
  /** The view in which a cluster last began anew: by one node alone, or where one made its component the primary one. */
  #beganAnew = 0;
  /** How often each thing came about. */
  readonly seen: Record<string, number> = {};

  constructor(rules: Rules, size: number) {
    this.#rules = rules;
    this.#nodes = Array.from({ length: size }, (_, index) => ({
      host: `db${index + 1}`,
      disk: { incomplete: false, unreadable: false, stop: "clean", changed: NOON },
      state: "waiting",
      gone: false,
      side: 0,
    }));
  }

  run(history: readonly Step[]): void {
    for (const step of history) {
      this.#now += 1 + (step.mask % 7) * 40;
      this.#step(step);
    }
  }

  #count(what: string): void {
    this.seen[what] = (this.seen[what] ?? 0) + 1;
  }

  /** Lets the nodes do by themselves what they can once nothing is broken any more; they must all be members again then. */
  heal(): void {
    for (const what of ["heal", "start all", "quiet"] as const) this.#step({ what, node: 0, mask: 0 });
    for (let round = 0; round < 6; round++) {
      this.#step({ what: "go on", node: 0, mask: 31 });
      for (const node of this.#nodes.keys()) this.#step({ what: "give up", node, mask: 0 });
      this.#step({ what: "start all", node: 0, mask: 0 });
    }
    const outside = this.#nodes.filter(({ running }) => !running?.component.primary || !running.complete);
    const [first] = outside;
    if (first) throw new Violation(`nothing is broken, and ${first.host} is ${this.#evidence(first).doing} for good`);
  }

  #step({ what, node: index, mask }: Step): void {
    const node = this.#nodes[index % this.#nodes.length]!;
    const chosen = this.#nodes.filter((_, at) => mask & (1 << at));
    this.#does[what](node, mask, chosen);
    this.#form();
  }

  readonly #does: Record<What, (node: Node, mask: number, chosen: readonly Node[]) => void> = {
    look: (node) => this.#look(node),
    act: (node) => this.#act(node),
    write: (node, mask) => this.#write(node, mask),
    apply: ({ running }) => {
      if (running) running.behind = 0;
    },
    transfer: (node, mask) => this.#transfer(node, mask),
    // Time in which nothing happens but what the nodes do by themselves.
    "go on": (_node, mask, chosen) => {
      for (const node of [...chosen, ...this.#nodes, ...chosen]) {
        this.#look(node);
        this.#act(node);
        this.#transfer(node, mask);
      }
    },
    start: (node) => {
      if (node.state === "off" && !node.gone) node.state = "waiting";
    },
    "start all": () => {
      for (const node of this.#nodes) if (node.state === "off" && !node.gone) node.state = "waiting";
    },
    crash: (node) => this.#crash(node),
    "power cut": (_node, mask, chosen) => {
      for (const node of mask % 2 ? this.#nodes : chosen) this.#crash(node);
    },
    stop: (node) => this.#stop(node),
    "stop all": () => {
      for (const node of this.#nodes) this.#stop(node);
    },
    split: (_node, _mask, chosen) => {
      for (const node of this.#nodes) node.side = chosen.includes(node) ? 1 : 0;
    },
    heal: () => {
      for (const node of this.#nodes) node.side = 0;
    },
    wipe: (node) => {
      if (node.state === "off") node.disk = { ...node.disk, ...EMPTY, changed: this.#now };
    },
    tear: ({ state, disk }) => {
      if (state === "off" && disk.data && disk.stop === "crash") disk.unreadable = true;
    },
    // A joiner to whom nobody gives any data.
    "give up": (node) => {
      if (!node.running || node.running.complete || node.running.component.primary) return;
      this.#crash(node);
      node.state = "waiting";
    },
    "go away": (node) => {
      if (this.#nodes.filter(({ gone }) => gone).length * 2 >= this.#nodes.length) return;
      this.#crash(node);
      node.gone = true;
    },
    return: (node) => {
      node.gone = false;
    },
    person: (_node, mask, chosen) => this.#person(mask % 3 === 0 ? chosen : this.#nodes.filter(({ gone }) => gone)),
    orders: () => this.#orders(),
    // Long enough for all that run to be up to date.
    quiet: () => {
      for (const { running } of this.#nodes) if (running) running.behind = 0;
      this.#now += 3_600;
    },
  };

  // ---- Galera -------------------------------------------------------------------------------------------------------

  #id(): string {
    this.#made += 1;
    return `00000000-0000-4000-8000-${this.#made.toString(16).padStart(12, "0")}`;
  }

  #primaries(): Set<Component> {
    return new Set(this.#nodes.flatMap(({ running }) => (running?.component.primary ? [running.component] : [])));
  }

  /** What a node would have on its disk if it crashed now. */
  #dataOf({ running, disk }: Node): Data | undefined {
    if (running?.overwrites) return undefined;
    if (!running?.complete || !running.received) return disk.data;
    return shorter(running.received, running.behind);
  }

  /** Which acknowledged write-sets somebody has. */
  #held(): number[] {
    const all = new Set(
      this.#nodes.flatMap((node) => [...(this.#dataOf(node)?.writes ?? []), ...(node.running?.received?.writes ?? [])]),
    );
    return [...this.#acknowledged.keys()].filter((write) => all.has(write));
  }

  #mustHave(data: Data | undefined, writes: readonly number[], what: string): void {
    const lost = writes.filter((write) => !data?.writes.includes(write));
    if (lost.length > 0) throw new Violation(`${what} without ${lost.length} acknowledged writes that are there`);
  }

  #mustBeAlone(what: string): void {
    if (this.#primaries().size > 0) throw new Violation(`${what} beside a primary component`);
  }

  /** A new view of a primary component, noted by all. */
  #view(component: Component, members: readonly Node[]): void {
    const before = component.view?.number ?? 0;
    component.view = {
      id: this.#id(),
      number: before + 1,
      members: members.map(({ running }) => running!.member),
    };
    this.#views.set(component.view.id, this.#views.size);
    for (const { disk, running } of members) {
      disk.view = { ...component.view, seen: this.#now, own: running!.member };
    }
  }

  /** The databases that reach each other find together, after each change of who is there. */
  #form(): void {
    for (const side of [0, 1]) {
      const there = this.#nodes.filter((node) => node.running && node.side === side);
      if (there.length > 0) this.#formSide(there);
    }
  }

  #formSide(there: readonly Node[]): void {
    const names = there.map(({ running }) => running!.member);
    const primaries = [...new Set(there.map(({ running }) => running!.component))].filter(({ primary }) => primary);
    if (primaries.length > 1) throw new Violation("two primary components meet");
    const [former] = primaries;
    if (former) {
      const left = former.view!.members.filter((member) => names.includes(member));
      const same = left.length === names.length && left.length === former.view!.members.length;
      if (same) return;
      if (left.length * 2 > former.view!.members.length) {
        const component = { ...former };
        this.#join(component, there);
        this.#view(component, there);
        return;
      }
    }
    // The last view of those that are here.
    const last = there
      .map(({ disk }) => disk.view)
      .filter((view) => view !== undefined)
      .toSorted((one, other) => this.#views.get(other.id)! - this.#views.get(one.id)!)[0];
    const component: Component = { primary: false, view: last };
    const again = last?.members.every((member) => names.includes(member)) && there.some(hasAll);
    if (again) {
      this.#count("found together");
      component.primary = true;
      component.data = longest(there);
      this.#join(component, there);
      this.#view(component, there);
      return;
    }
    for (const { running } of there) running!.component = component;
  }

  /** They become members: who lacks something waits for it. */
  #join(component: Component, members: readonly Node[]): void {
    for (const node of members) {
      const running = node.running!;
      const isMember = running.component.primary && running.complete;
      running.component = component;
      if (isMember) continue;
      const own = this.#dataOf(node);
      const { data } = component;
      running.complete = false;
      if (own && own.uuid === data!.uuid && own.seqno > data!.seqno)
        throw new Violation(`${node.host} is ahead of the cluster that it joins`);
      if (own && own.uuid === data!.uuid && own.seqno === data!.seqno) this.#complete(node);
    }
  }

  #complete(node: Node): void {
    const running = node.running!;
    running.complete = true;
    running.overwrites = false;
    running.received = running.component.data;
    running.behind = 0;
    node.disk = { ...node.disk, incomplete: false, unreadable: false };
  }

  /** A joiner's transfer goes on: first it overwrites, or not, then it ends. */
  #transfer(node: Node, mask: number): void {
    const { running } = node;
    if (!running || running.complete || !running.component.primary) return;
    const data = running.component.data!;
    const own = this.#dataOf(node);
    const misses = own && own.uuid === data.uuid && mask % 3 !== 0;
    if (misses) {
      // By number: what it has stays.
      const has = data.writes.slice(0, data.writes.length - (data.seqno - own.seqno));
      if (!sameWrites(has, own.writes))
        throw new Violation(`${node.host} joins with other write-sets of the same numbers`);
      this.#count("joined by what it missed");
      this.#complete(node);
      return;
    }
    if (!running.overwrites && node.disk.data) {
      if (!node.disk.unreadable && node.disk.data.uuid !== data.uuid)
        throw new Violation(`${node.host} has data of another cluster, and is overwritten unasked`);
      const acknowledged = node.disk.data.writes.filter((write) => this.#acknowledged.has(write));
      this.#mustHave(data, acknowledged, `${node.host} is overwritten by a cluster`);
    }
    if (!running.overwrites) {
      running.overwrites = true;
      node.disk = { ...node.disk, data: undefined, incomplete: true, unreadable: false, changed: this.#now };
      return;
    }
    this.#count("joined by a full transfer");
    this.#complete(node);
  }

  #write({ running }: Node, mask: number): void {
    if (!running?.component.primary || !running.complete) return;
    const { component } = running;
    this.#made += 1;
    const write = this.#made;
    const before = component.data!;
    const data = { uuid: before.uuid, seqno: before.seqno + 1, writes: [...before.writes, write] };
    for (const node of this.#nodes) {
      const own = this.#dataOf(node);
      if (node.running?.component === component || !own || own.uuid !== data.uuid || own.seqno < data.seqno) continue;
      throw new Violation(`${node.host} has another write-set under the number ${data.seqno}`);
    }
    component.data = data;
    for (const [at, { running: each }] of this.#nodes.entries()) {
      if (each?.component !== component || !each.complete) continue;
      each.received = data;
      each.behind = each === running || mask & (1 << at) ? 0 : each.behind + 1;
    }
    this.#acknowledged.set(write, this.#views.get(component.view!.id)!);
  }

  #crash(node: Node): void {
    const { running } = node;
    if (running) {
      const data = this.#dataOf(node);
      node.disk = { ...node.disk, data, stop: "crash" };
      node.running = undefined;
    }
    node.state = "off";
    node.decided = undefined;
  }

  /** In good order: what was given is there, and the others go on without it. */
  #stop(node: Node): void {
    const { running } = node;
    if (running?.complete) {
      running.behind = 0;
      const { component, member } = running;
      const data = this.#dataOf(node);
      node.disk = { ...node.disk, data, stop: "clean", changed: this.#now, view: undefined };
      if (component.view && component.primary) {
        component.view = { ...component.view, members: component.view.members.filter((each) => each !== member) };
        const rest = this.#nodes.filter((each) => each !== node && each.running?.component === component);
        node.running = undefined;
        if (rest.length > 0) this.#view(component, rest);
      }
      node.running = undefined;
    } else if (running) {
      this.#crash(node);
    }
    node.state = "off";
    node.decided = undefined;
    this.#form();
  }

  // ---- what a node knows, and does ------------------------------------------------------------------------------------

  #position({ disk }: Node): rules.Position | rules.NoPosition {
    if (disk.incomplete) return "incomplete";
    if (disk.unreadable) return "unreadable";
    return disk.data ? { uuid: disk.data.uuid, seqno: disk.data.seqno } : "empty";
  }

  /** What anybody sees who can look at it. */
  #evidence(node: Node): rules.Evidence {
    const { host, disk, running, state } = node;
    const base = { host, detail: "", safeToBootstrap: disk.stop === "clean", changed: disk.changed, view: disk.view };
    if (node.gone) return { host, detail: "", safeToBootstrap: false, doing: "missing", position: "unknown" };
    if (state !== "running") {
      const [position, stop] = [this.#position(node), disk.data ? disk.stop : undefined];
      // A node that starts gives up what a transfer left, and its last view with it.
      const view = state === "waiting" && position === "incomplete" ? undefined : disk.view;
      return { ...base, doing: state === "waiting" ? "waiting" : "stopped", position, stop, view };
    }
    const { component, complete } = running!;
    if (!complete) return { ...base, doing: "starting", position: "unknown" };
    const { uuid, seqno } = this.#dataOf(node)!;
    const size = this.#nodes.filter((each) => each.running?.component === component).length;
    return { ...base, doing: component.primary ? "primary" : "nonprimary", position: { uuid, seqno }, size };
  }

  #situation(node: Node): rules.Situation {
    const peers = this.#nodes.filter((each) => each !== node);
    return {
      self: this.#evidence(node) as rules.Situation["self"],
      peers: peers.map((peer): rules.Heard => {
        const { doing, view: _files, ...seen } = this.#evidence(peer);
        const unseen = { host: peer.host, detail: "", safeToBootstrap: false, position: "unknown" } as const;
        if (peer.side !== node.side || doing === "missing") return { ...unseen, doing: "missing" };
        return doing === "stopped" ? { ...unseen, doing: "absent" } : { ...seen, doing };
      }),
    };
  }

  #look(node: Node): void {
    const { running } = node;
    const alone = running?.complete && !running.component.primary;
    if (node.state === "waiting" || alone) node.decided = this.#rules.decide(this.#situation(node));
    // What it says to its own component it says at once.
    if (alone) this.#act(node);
  }

  #act(node: Node): void {
    const { decided } = node;
    node.decided = undefined;
    if (!decided) return;
    this.#count(`decided ${decided.do}`);
    if (node.state === "waiting") {
      if (decided.do === "bootstrap") this.#bootstrap(node);
      if (decided.do === "join") this.#run(node, this.#id());
      if (decided.do === "rejoin") this.#run(node, node.disk.view?.own ?? this.#id(), node.disk.view);
    } else if (node.running && !node.running.component.primary) {
      if (decided.do === "promote") this.#promote(node);
      if (decided.do === "restart") {
        this.#stop(node);
        node.state = "waiting";
      }
    }
  }

  /** Its database starts, and finds those that it reaches. */
  #run(node: Node, member: string, view?: rules.View): void {
    node.state = "running";
    const received = node.disk.data;
    const complete = view !== undefined && received !== undefined && !node.disk.unreadable;
    node.disk = { ...node.disk, stop: "crash", view };
    node.running = {
      member,
      component: { primary: false, view },
      complete,
      received: complete ? received : undefined,
      behind: 0,
      overwrites: false,
    };
    this.#form();
  }

  #bootstrap(node: Node): void {
    this.#count(node.disk.data ? "bootstrapped" : "created");
    this.#mustBeAlone(`${node.host} starts a cluster`);
    this.#mustHave(node.disk.data, this.#held(), `${node.host} starts a cluster`);
    this.#lead(node, false);
  }

  #lead(node: Node, fork: boolean): void {
    const { data } = node.disk;
    const writes = data?.writes ?? [];
    const started = data && !fork ? data : { uuid: this.#id(), seqno: 0, writes };
    const component: Component = { primary: true, data: started };
    this.#beganAnew = this.#views.size;
    node.state = "running";
    node.disk = { ...node.disk, data: started, incomplete: false, stop: "crash", changed: this.#now };
    node.running = { member: this.#id(), component, complete: true, received: started, behind: 0, overwrites: false };
    this.#view(component, [node]);
    this.#form();
  }

  #promote(node: Node): void {
    this.#mustBeAlone(`${node.host} promotes its component`);
    const { component } = node.running!;
    const members = this.#nodes.filter(({ running }) => running?.component === component);
    const data = longest(members);
    this.#mustHave(data, this.#held(), `${node.host} promotes its component`);
    const promoted: Component = { primary: true, data };
    this.#beganAnew = this.#views.size;
    this.#join(promoted, members);
    this.#view(promoted, members);
  }

  // ---- a person -------------------------------------------------------------------------------------------------------

  /** Somebody orders every node that waits to start the cluster without the others, while all of them hear each other. */
  #orders(): void {
    if (this.#nodes.some(({ state, gone, side }) => state === "off" || gone || side !== 0)) return;
    for (const node of this.#nodes) {
      const { data, incomplete, unreadable } = node.disk;
      if (node.state !== "waiting" || !data || incomplete || unreadable) continue;
      const without = this.#nodes.filter((each) => each !== node).map(({ host }) => host);
      const position = { uuid: data.uuid, seqno: data.seqno };
      const { obeyed } = this.#rules.obey({ order: "bootstrap", position, without }, this.#situation(node));
      if (obeyed) this.#bootstrap(node);
    }
  }

  /** `trivet recover --without <these> --apply`, where it has a plan. */
  #person(leftOut: readonly Node[]): void {
    const without = leftOut.map(({ host }) => host);
    const { recovery } = this.#rules.recover(
      this.#nodes.map((node) => this.#evidence(node)),
      { without },
    );
    this.#count(recovery ? "plan of a person" : "refusal to a person");
    if (!recovery) return;
    this.#mustBeAlone(`a person starts ${recovery.bootstrap.host}`);
    for (const node of this.#nodes) if (!node.gone) this.#stop(node);
    const stopped = this.#nodes.map((node) => this.#evidence(node));
    const settled = this.#rules.settle(recovery, stopped);
    if ("contradicts" in settled) throw new Violation(`a plan is contradicted by itself: ${settled.contradicts}`);
    const chosen = this.#nodes.find(({ host }) => host === settled.host)!;
    const data = chosen.disk.data!;
    const present = this.#nodes.filter((node) => !without.includes(node.host));
    const lost = this.#held().filter((write) => !data.writes.includes(write));
    const elsewhere = new Set(present.flatMap((node) => node.disk.data?.writes ?? []));
    if (lost.some((write) => elsewhere.has(write))) throw new Violation("a person's plan loses what is here");
    const ground = recovery.grounds.find((each) => each.ground === "view");
    const witness = this.#views.get(this.#nodes.find(({ host }) => host === ground?.host)?.disk.view?.id ?? "");
    // A view knows nothing of what began anew later without its members (docs/decisions/0018).
    if (
      witness !== undefined &&
      witness >= this.#beganAnew &&
      lost.some((write) => this.#acknowledged.get(write)! > witness)
    )
      throw new Violation("the others went on without those that are said to have had the quorum");
    for (const write of lost) this.#acknowledged.delete(write);

    chosen.state = "waiting";
    const others = this.#nodes.filter((node) => node !== chosen).map(({ host }) => host);
    const order = { order: recovery.fork ? "fork" : "bootstrap", position: settled.position, without: others } as const;
    const wrong = { ...order, position: { ...order.position, seqno: order.position.seqno + 1 } };
    if (this.#rules.obey(wrong, this.#situation(chosen)).obeyed)
      throw new Violation(`${chosen.host} obeys an order for another position`);
    const done = this.#rules.obey(order, this.#situation(chosen));
    if (!done.obeyed) throw new Violation(`${chosen.host} does not obey: ${JSON.stringify(done)}`);
    if (recovery.fork) this.#count("fork");
    if (leftOut.length > 0) this.#count("without some");
    this.#mustHave(data, this.#held(), "a person starts a cluster");
    this.#lead(chosen, recovery.fork);
    if (!recovery.fork) return;
    for (const node of present) if (node !== chosen) node.disk = { ...node.disk, data: undefined, incomplete: true };
  }
}

const EMPTY = { data: undefined, incomplete: false, unreadable: false, stop: "clean", view: undefined } as const;

const hasAll = ({ running }: Node): boolean => running!.complete && running!.received !== undefined;

/** The same without the last of them. */
const shorter = ({ uuid, seqno, writes }: Data, by: number): Data => ({
  uuid,
  seqno: seqno - by,
  writes: by === 0 ? writes : writes.slice(0, -by),
});

const sameWrites = (some: readonly number[], others: readonly number[]) =>
  some.length === others.length && some.every((write, at) => write === others[at]);

/** What the members of a component were given, all together. */
function longest(members: readonly Node[]): Data {
  const [first] = members
    .flatMap(({ running }) => (running!.complete && running!.received ? [running!.received] : []))
    .toSorted((one, other) => other.seqno - one.seqno);
  return first!;
}
