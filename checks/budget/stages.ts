import type { Context } from "../checkers/checker.ts";
import { longestGap } from "../checkers/figures.ts";
import { faultSpans, length } from "../checkers/periods.ts";
import { groups, isByName, looks, operations } from "../checkers/select.ts";
import type { Event, Look } from "../history/events.ts";

/** A part of the outage: ms from the moment when the first fault was there. */
export interface Stage {
  stage: string;
  ms: number;
  budget?: number;
}

/** A gap between acknowledged writes that is shorter is none: clients pause that long anyway. */
const OUTAGE = 1000;

/** What all stages are measured from. */
interface Outage {
  /** When the first fault was there, ms since 1970. */
  began: number;
  /** Its healing begins; infinite when that never came. */
  heal: number;
  /** Hosts that it hurts, and those of them that are database nodes. */
  hurt: Set<string>;
  nodes: string[];
}

/**
 * The outage end to end: the survivors' view without the node, Consul's check, the name at each DNS server, the clients' own
 * resolvers, reconnecting, the first acknowledged write, Icinga's problem, its notification. What did not happen is left out.
 * A moment that looks told of is the end of the look: at the latest then it was so.
 */
export function stages(events: readonly Event[], { databases, budgets }: Context): Stage[] {
  const first = faultSpans(events).find(({ injected }) => injected !== undefined);
  if (!first) return [];
  const began = first.injected!;
  const hurt = new Set(first.hosts);
  const outage = { began, heal: first.heal, hurt, nodes: databases.filter((node) => hurt.has(node)) };
  const names = nameChanges(events, outage);
  const write = firstWrite(events, outage, budgets.write);
  const { check, name, lookup, monitor, notify } = budgets;
  const moments: [string, number | undefined, number | undefined][] = [
    ["evict", evicted(events, outage), budgets.evict],
    ["check", consulCritical(events, outage), check],
    ...names.map(([server, at]): [string, number, number] => [`name-${server}`, at, name]),
    ["name", latest(names.map(([, at]) => at)), name],
    ["resolve", latest(resolverChanges(events, outage)), name + lookup],
    ["reconnect", write && reconnected(events, outage, write), budgets.write],
    ["write", write, budgets.write],
    ["monitor", hardProblem(events, outage), monitor],
    ["notify", notified(events, outage), monitor + notify],
  ];
  return moments.flatMap(([stage, at, budget]) =>
    at === undefined ? [] : [{ stage, ms: Math.max(0, at - began), ...(budget !== undefined && { budget }) }],
  );
}

const latest = (moments: readonly number[]): number | undefined => (moments.length ? Math.max(...moments) : undefined);

/** The last survivor has a smaller view than before. */
function evicted(events: readonly Event[], { began, heal, hurt }: Outage): number | undefined {
  const survivors = groups(looks(events, "database"), ({ host }) => host).filter(([host]) => !hurt.has(host));
  const moments = survivors.flatMap(([, seen]) => {
    const before = seen.findLast(({ t, size }) => t <= began && size !== undefined)?.size;
    const smaller = seen.find(
      ({ t, end, size }) => end > began && t <= heal && size !== undefined && size < (before ?? 0),
    );
    return smaller ? [smaller.end] : [];
  });
  return latest(moments);
}

/** Consul's first word that a hurt node is not passing. */
const consulCritical = (events: readonly Event[], { began, heal, nodes }: Outage): number | undefined =>
  looks(events, "consul").find(
    ({ t, end, nodes: states }) =>
      end > began && t <= heal && nodes.some((node) => states?.[node] !== undefined && states[node] !== "passing"),
  )?.end;

/** For each DNS server that named a hurt node at first: when it no longer did. */
const nameChanges = (events: readonly Event[], outage: Outage): [string, number][] =>
  groups(looks(events, "name"), ({ server }) => server)
    .filter(([server]) => !outage.hurt.has(server))
    .flatMap(([server, seen]): [string, number][] => {
      const at = firstWithout(seen, outage);
      return at === undefined ? [] : [[server, at]];
    });

/** For each host that is not hurt: when its own resolver no longer gave a hurt node. */
const resolverChanges = (events: readonly Event[], outage: Outage): number[] =>
  groups(looks(events, "resolver"), ({ host }) => host)
    .filter(([host]) => !outage.hurt.has(host))
    .flatMap(([, seen]) => firstWithout(seen, outage) ?? []);

/** The end of the first answer without any hurt node; undefined when none was there before, or none left. */
function firstWithout(seen: Extract<Look, { what: "name" | "resolver" }>[], { began, heal, nodes }: Outage) {
  const names = (look: { answers?: string[] }) => nodes.some((node) => look.answers?.includes(node));
  if (!seen.some((look) => look.t <= began && names(look))) return undefined;
  return seen.find((look) => look.end > began && look.t <= heal && look.answers && !names(look))?.end;
}

/** The first acknowledged write by the name after the longest time without one, where the fault began that time. */
function firstWrite(events: readonly Event[], { began, heal }: Outage, budget: number): number | undefined {
  const gap = longestGap(events);
  if (!gap || length(gap) < OUTAGE || gap.to < began || gap.from > Math.min(heal, began + budget)) return undefined;
  return operations(events, "ledger", "insert").some((op) => isByName(op) && op.outcome === "ok" && op.end === gap.to)
    ? gap.to
    : undefined;
}

/** The beginning of the first operation by the name that reached a node, after the last before that write that did not end well. */
function reconnected(events: readonly Event[], { began }: Outage, write: number): number | undefined {
  const ops = operations(events, "ledger", "insert").filter(isByName);
  const lastFailed = latest(
    ops.filter(({ outcome, end }) => outcome !== "ok" && end > began && end <= write).map(({ end }) => end),
  );
  if (lastFailed === undefined) return undefined;
  const reached = ops.filter(({ t, end, node }) => node !== undefined && t >= lastFailed && end <= write);
  return reached.length ? Math.min(...reached.map(({ t }) => t)) : undefined;
}

/** Icinga's first hard problem of an object that had none before. */
function hardProblem(events: readonly Event[], { began }: Outage): number | undefined {
  const before = new Set<string>();
  for (const { t, end, objects } of looks(events, "icinga")) {
    for (const [object, { state, hard }] of Object.entries(objects ?? {})) {
      if (state === 0 || !hard) continue;
      if (t <= began) before.add(object);
      else if (!before.has(object)) return end;
    }
  }
  return undefined;
}

const notified = (events: readonly Event[], { began }: Outage): number | undefined =>
  looks(events, "notification").find(({ t, type }) => t > began && type === "PROBLEM")?.t;
