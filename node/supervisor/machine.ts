import { supervisor as timers } from "../timers.ts";
import type { Millis, Named, Step } from "../types.ts";
import {
  beat,
  type DatabaseEvent,
  type DatabaseRequest,
  databaseState,
  firstPulse,
  hear,
  type Pulse,
} from "./pulse.ts";
import type { Action, Member, Service, Situation, Store } from "./situation.ts";

/** Whose supervisor it is. */
export interface SupervisorConfig {
  self: Named;
  /** All nodes that have a supervisor, this one included. */
  supervised: readonly Named[];
  /** The rules. */
  decide: (situation: Situation) => Action[];
}

export type SupervisorEvent =
  | DatabaseEvent
  | { is: "tick" }
  /** What supervisors keep in Consul's store, and what it says of the service, as often as either changes; nothing: it can't be asked. */
  | { is: "store"; store?: Store }
  | { is: "service"; service?: Service }
  /** An effect came to its end; of a Consul's request `ok` says that Consul took it, which is its quorum's word. */
  | { is: "done"; key: string; ok: boolean }
  /** Our session with Consul: found, made or not there. */
  | { is: "session"; session?: string };

export type SupervisorEffect =
  | DatabaseRequest
  | Action
  /** The former session of this name and host, or a new one. */
  | { do: "open-session" }
  /** Whether it stands still: Consul refused to name us. */
  | { do: "check-session"; session: string }
  /** Our database's own list, where it evicted nobody. */
  | { do: "empty-list" }
  | { do: "tell"; status: Status }
  | { do: "log"; text: string };

/** For the health script. */
export interface Status {
  database: Pulse["life"];
  fit: boolean;
  consul: boolean;
  /** The session that holds the lock is ours. */
  writer: boolean;
  /** The address that the writer's name has. */
  address?: string;
}

export interface SupervisorState {
  pulse: Pulse;
  /** The uuid whose death was told, and done with. */
  closed?: string;
  store?: Store;
  service?: Service;
  session?: string;
  evicting: Record<string, string>;
  /** Since when nobody holds the lock. */
  freed?: Millis;
  /** Our own database's report, and since when it has been there: two hosts' clocks are never compared. */
  reported?: { member: string; since: Millis };
  /** What is under way, and when what was done last was begun: by what it is, so that nothing is done twice at once. */
  under: Record<string, Attempt>;
  ticked: Millis;
  told: Millis;
  said?: Pulse["life"];
}

interface Attempt {
  begun: Millis;
  flying: boolean;
}

export const firstState = (now: Millis): SupervisorState => ({
  pulse: firstPulse,
  evicting: {},
  under: {},
  ticked: now,
  told: Number.NEGATIVE_INFINITY,
});

/** Whole state in, whole state out. Pure: the time comes in. */
export function step(
  config: SupervisorConfig,
  before: SupervisorState,
  event: SupervisorEvent,
  now: Millis,
): Step<SupervisorState, SupervisorEffect> {
  const effects: SupervisorEffect[] = [];
  const state = { ...before };
  observe(config, state, event, now, effects);
  if (state.pulse.life !== state.said) {
    state.said = state.pulse.life;
    const of = state.pulse.member ? `: ${state.pulse.member}` : "";
    const what = state.said === "answers" ? "answers" : `is ${state.said}`;
    if (state.said !== "unknown") effects.push({ do: "log", text: `the database ${what}${of}` });
  }
  reconcile(config, state, now, effects);
  if (event.is === "tick" && now - state.told >= timers.tell) {
    state.told = now;
    effects.push({ do: "tell", status: statusOf(state) });
  }
  return { state, effects };
}

function observe(
  config: SupervisorConfig,
  state: SupervisorState,
  event: SupervisorEvent,
  now: Millis,
  effects: SupervisorEffect[],
): void {
  switch (event.is) {
    case "tick": {
      const stalled = now - state.ticked > timers.stalled;
      const evicting = Object.keys(state.evicting).length > 0;
      const { pulse, requests } = beat(state.pulse, now, { stalled, evicting });
      state.ticked = now;
      state.pulse = pulse;
      effects.push(...requests);
      // An eviction that a former life of this supervisor left, which died before it could clear it.
      if (requests.some((request) => request.do === "connect")) effects.push({ do: "empty-list" });
      return;
    }
    case "store": {
      state.store = event.store;
      if (!event.store) return;
      const { lock, reports } = event.store;
      state.freed = lock.session === undefined ? (state.freed ?? now) : undefined;
      const own = reports.find(({ node }) => node === config.self.name)?.member;
      // Only we close it, also where Consul's answer to that was lost.
      if (state.reported && own !== state.reported.member && state.pulse.life !== "answers") {
        state.closed = state.reported.member;
      }
      if (own !== state.reported?.member) state.reported = own === undefined ? undefined : { member: own, since: now };
      return;
    }
    case "service":
      state.service = event.service;
      return;
    case "session":
      state.session = event.session;
      end(state, "open-session");
      end(state, "check-session");
      return;
    case "done":
      end(state, event.key);
      ended(state, event, effects);
      return;
    default: {
      const { life, view } = state.pulse;
      const { members } = view;
      state.pulse = hear(state.pulse, event, now);
      // It hung, and is back as the member that it was: its next death is another one.
      if (life !== "answers" && state.pulse.life === "answers") state.closed = undefined;
      // The list of the evicted travels with a change of view, also to who evicted nobody: an old entry in it makes each further
      // change wait for 5 s, and keeps out who lives.
      const unchanged = state.pulse.view.members === members || sameMembers(state.pulse.view.members, members);
      if (!unchanged && Object.keys(state.evicting).length === 0) effects.push({ do: "empty-list" });
    }
  }
}

const sameMembers = (some: readonly Member[], others: readonly Member[]): boolean =>
  some.length === others.length &&
  some.every(({ uuid, node }, at) => uuid === others[at]!.uuid && node === others[at]!.node);

/** Decides, and begins what is neither under way nor was begun a moment ago. */
function reconcile(config: SupervisorConfig, state: SupervisorState, now: Millis, effects: SupervisorEffect[]): void {
  const { store, service } = state;
  // Without a quorum of Consul nothing is decided: Galera's own timeouts hold then, and the name stays as it was.
  if (!store || !service) return;
  // Consul gives no session before its own check has found the database fit.
  const { life, fitness } = state.pulse;
  if (life === "answers" && fitness !== "unfit" && state.session === undefined && service.passing) {
    if (begin(state, "open-session", now)) effects.push({ do: "open-session" });
  }
  const actions = config.decide(situationOf(config, state, store, service, now));
  const wanted = actions.map(keyOf);
  for (const key of Object.keys(state.under)) {
    // What is decided anew later is begun at once.
    if (!state.under[key]!.flying && !wanted.includes(key) && !key.endsWith("-session")) forget(state, key);
  }
  for (const action of actions) {
    if (!isBlocked(state, action) && begin(state, keyOf(action), now)) act(config, state, action, effects);
  }
}

function situationOf(
  { self, supervised }: SupervisorConfig,
  state: SupervisorState,
  store: Store,
  service: Service,
  now: Millis,
): Situation {
  const { pulse, closed, session, freed, reported, evicting } = state;
  return {
    self: { ...self, state: databaseState(pulse), member: pulse.member === closed ? undefined : pulse.member },
    supervised,
    service,
    session,
    store,
    orphan: freed !== undefined && now - freed >= timers.orphan,
    view: pulse.view,
    past: pulse.life === "gone" && now - pulse.since >= timers.past,
    late: reported !== undefined && now - reported.since >= timers.late,
    evicting,
  };
}

/** What an action is known by: `done` says so. */
export function keyOf(action: Action): string {
  switch (action.do) {
    case "report":
    case "close":
      return `${action.do} ${action.member}`;
    case "evict":
    case "clear":
      return `${action.do} ${action.node} ${action.member}`;
    case "forget":
      return `${action.do} ${action.node}`;
    default:
      return action.do;
  }
}

/** Of these only one at a time: which of two Consul would carry out last nobody could tell. */
const lanes: readonly Action["do"][][] = [
  ["acquire", "release", "seize", "unname"],
  ["take-out", "put-back"],
  ["report", "close"],
];

function isBlocked({ under }: SupervisorState, action: Action): boolean {
  const lane = lanes.find((each) => each.includes(action.do));
  return Object.entries(under).some(([key, { flying }]) => flying && lane?.some((each) => key.split(" ")[0] === each));
}

function begin(state: SupervisorState, key: string, now: Millis): boolean {
  const former = state.under[key];
  if (former && (former.flying || now - former.begun < timers.retry)) return false;
  state.under = { ...state.under, [key]: { begun: now, flying: true } };
  return true;
}

function end(state: SupervisorState, key: string): void {
  const attempt = state.under[key];
  if (attempt) state.under = { ...state.under, [key]: { ...attempt, flying: false } };
}

function forget(state: SupervisorState, key: string): void {
  const { [key]: _, ...under } = state.under;
  state.under = under;
}

function act({ self }: SupervisorConfig, state: SupervisorState, action: Action, effects: SupervisorEffect[]): void {
  if (action.do === "evict" || action.do === "clear") {
    state.evicting = { ...state.evicting, [action.node]: action.member };
  }
  const text = words[action.do]?.(action as never, self.name);
  if (text) effects.push({ do: "log", text });
  effects.push(action);
}

const words: { [Do in Action["do"]]?: (action: Extract<Action, { do: Do }>, self: string) => string } = {
  report: ({ member }, self) => `${self} is dead: ${member}`,
  evict: ({ node, member }) => `evicts ${node}: ${member}`,
  clear: ({ node }) => `has done with ${node}`,
  close: (_, self) => `${self} may start again`,
  seize: ({ session }) => `ends the session of a writer that was left behind: ${session}`,
};

function ended(state: SupervisorState, { key, ok }: { key: string; ok: boolean }, effects: SupervisorEffect[]): void {
  const [what, first] = key.split(" ") as [Action["do"], string | undefined];
  const log = (text: string) => effects.push({ do: "log", text });
  switch (what) {
    case "evict":
      // It did not get there: once more.
      if (!ok && state.evicting[first!] === key.split(" ")[2]) state.evicting = without(state.evicting, first!);
      return;
    case "forget":
      if (ok) state.evicting = without(state.evicting, first!);
      return;
    case "acquire":
      if (ok) log("is the writer");
      else if (state.session !== undefined) effects.push({ do: "check-session", session: state.session });
      return;
    case "release":
      if (ok) log("is the writer no longer");
      return;
    case "unname":
      if (ok) log("there is no writer");
      return;
  }
}

function without(members: Record<string, string>, node: string): Record<string, string> {
  const { [node]: _, ...others } = members;
  return others;
}

const statusOf = ({ pulse, store, service, session }: SupervisorState): Status => ({
  database: pulse.life,
  fit: pulse.life === "answers" && pulse.fitness === "fit",
  consul: store !== undefined && service !== undefined,
  writer: session !== undefined && store?.lock.session === session,
  address: store?.lock.address,
});
