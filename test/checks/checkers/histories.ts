import type { Context } from "../../../checks/checkers/checker.ts";
import type { Event, FaultEvent, FinalRead, Look, Operation } from "../../../checks/history/events.ts";

/** Second 0 of all histories, ms since 1970. */
export const START = Date.UTC(2026, 0, 1);

export const databases = ["db1", "db2", "db3"];
export const dnsServers = ["dns1", "dns2", "dns3"];

/** What checkers know in these tests. */
export const context = (expected: Partial<Context["expected"]> = {}): Context => ({
  databases,
  dnsServers,
  domains: { fd1: ["db1", "dns1", "mon1"], fd2: ["db2", "dns2", "mon2"], fd3: ["db3", "dns3"] },
  clock: { warning: 0.1, critical: 1 },
  budgets: {
    evict: 5_000,
    check: 10_000,
    name: 12_000,
    back: 30_000,
    lookup: 5_000,
    write: 15_000,
    monitor: 60_000,
    notify: 15_000,
    takeover: 90_000,
  },
  expected: { must: [], may: [], ...expected },
  checkInterval: 10_000,
});

/** Second `at` of a history as ms since 1970. */
export const second = (at: number): number => START + at * 1000;

type Without<T, Keys extends PropertyKey> = T extends unknown ? Omit<T, Keys> : never;

/** An operation that begins at a second and takes 20 ms, acknowledged by `db1` for `name-1` unless told otherwise. */
export const op = (
  at: number,
  fields: Without<Operation, "kind" | "t" | "end" | "client" | "outcome"> & Partial<Operation>,
): Event =>
  ({
    kind: "op",
    t: second(at),
    end: second(at) + 20,
    client: "name-1",
    node: "db1",
    outcome: "ok",
    ...fields,
  }) as Event;

/** A look that begins at a second and takes 50 ms. */
export const look = (at: number, fields: Without<Look, "kind" | "t" | "end"> & Partial<Look>): Event =>
  ({ kind: "look", t: second(at), end: second(at) + 50, ...fields }) as Event;

/** One such event per second, from a second to another, both included. */
export const every = (from: number, to: number, make: (at: number) => Event | Event[]): Event[] =>
  Array.from({ length: to - from + 1 }, (_, at) => make(from + at)).flat();

/** The same final read on each node. */
export const final = (fields: Without<FinalRead, "kind" | "t" | "node">, nodes = databases): Event[] =>
  nodes.map((node) => ({ kind: "final", t: second(100), node, ...fields }) as Event);

/** A fault from one second to another: injected after 0.1 s, healed after 1 s. */
export const fault = (from: number, to: number, hosts: string[], name = `kill ${hosts.join()}`): Event[] => {
  const moment = (at: number, action: FaultEvent["action"]): Event => ({
    kind: "fault",
    t: second(at),
    fault: name,
    action,
    hosts,
  });
  return [moment(from, "inject"), moment(from + 0.1, "injected"), moment(to, "heal"), moment(to + 1, "healed")];
};

/** A look at a node that is fit, with all nodes in its view. */
export const healthy = (at: number, host: string, fields: Partial<Extract<Look, { what: "database" }>> = {}): Event =>
  look(at, {
    what: "database",
    host,
    status: "Primary",
    state: 4,
    ready: true,
    readOnly: false,
    size: 3,
    view: 7,
    uuid: "cluster",
    members: databases,
    newest: 12,
    ...fields,
  });

/** A look at a node that was cut off: outside of the primary component, it refuses to read. */
export const cutOff = (at: number, host: string, fields: Partial<Extract<Look, { what: "database" }>> = {}): Event =>
  healthy(at, host, {
    status: "non-Primary",
    state: 0,
    ready: false,
    size: 1,
    view: undefined,
    members: [host],
    newest: null,
    ...fields,
  });
