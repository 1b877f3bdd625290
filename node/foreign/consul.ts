import { z } from "zod";
import type { Lock, Maintenance, Report, Service, Store } from "../supervisor/situation.ts";
import { address, nodeName, readJson, readText, shown, uuid } from "./shapes.ts";

/** Supervisors write a few hundred bytes; the words of all checks of all nodes are some ten thousand. */
const MOST = 1_000_000;

/** What is read, and what was left out because nobody of ours writes such things. */
export interface Sifted<T> {
  value: T;
  strange: string[];
}

/** Longest text that supervisors write: a uuid, a space and the time. */
const VALUE = 64;

const index = z.int().nonnegative();

const entry = z.looseObject({
  Key: z.string().max(512),
  Value: z
    .string()
    .max(4 * VALUE)
    .nullish(),
  Session: uuid.optional().catch(undefined),
  ModifyIndex: index,
});
type Entry = z.output<typeof entry>;

/** The uuid of a member; behind it a time, which is for people, and for supervisors of a former version. */
const report = z
  .string()
  .regex(/^[0-9a-f-]{36}( \d{1,12})?$/)
  .transform((text) => text.slice(0, 36))
  .pipe(uuid);

const lockKey = "writer";

/** The keys under `<prefix>/`, as `GET /v1/kv/<prefix>/?recurse` gives them; undefined when that is no such list. */
export function readStore(bytes: Uint8Array, prefix: string): Sifted<Store> | undefined {
  const list = z.array(z.unknown()).safeParse(readJson(bytes, MOST));
  if (!list.success) return undefined;
  const strange: string[] = [];
  const store = { lock: { index: 0 } as Lock, reports: [] as Report[], cleared: [] as Store["cleared"][number][] };
  for (const item of list.data) {
    const parsed = entry.safeParse(item);
    if (!parsed.success || !take(store, parsed.data, prefix))
      strange.push(shown((item as { Key?: unknown } | null)?.Key));
  }
  return { value: store, strange };
}

function take(
  store: { lock: Lock; reports: Report[]; cleared: { node: string; by: string; member: string }[] },
  each: Entry,
  prefix: string,
): boolean {
  const [first, ...names] = each.Key.startsWith(`${prefix}/`) ? each.Key.slice(prefix.length + 1).split("/") : [];
  const value = decoded(each.Value);
  if (first === lockKey && names.length === 0) {
    const held = address.safeParse(value);
    store.lock = { session: each.Session, address: held.data, index: each.ModifyIndex };
    // Without an address there was no writer.
    return held.success || value === "";
  }
  if (!names.every((name) => nodeName.safeParse(name).success)) return false;
  const [node, by] = names;
  if (first === "dead" && node !== undefined && names.length === 1) {
    const member = report.safeParse(value);
    if (member.success) store.reports.push({ node, member: member.data, index: each.ModifyIndex });
    return member.success;
  }
  if (first === "cleared" && node !== undefined && by !== undefined && names.length === 2) {
    const member = uuid.safeParse(value);
    if (member.success) store.cleared.push({ node, by, member: member.data });
    return member.success;
  }
  return false;
}

const base64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Consul gives a key without a value as null. */
function decoded(value: string | null | undefined): string | undefined {
  if (value == null) return "";
  return base64.test(value) ? readText(Buffer.from(value, "base64"), VALUE) : undefined;
}

const maintenanceNotes = new Map<string, Exclude<Maintenance, "none">>([
  ["trivet: the node stops", "leaving"],
  ["trivet: the database does not answer", "ours"],
]);

/** Whose maintenance mode a service is in, by the notes of its check. */
const maintainedBy = (notes: string): Exclude<Maintenance, "none"> => maintenanceNotes.get(notes) ?? "others";

const check = z.looseObject({ CheckID: z.string(), Status: z.string(), Notes: z.string().catch("") });
const instance = z.looseObject({
  Node: z.looseObject({ Node: z.string() }),
  Checks: z.array(check),
});

/** All instances of a service, as `GET /v1/health/service/<service>` gives them; undefined when that is no such list. */
export function readService(bytes: Uint8Array, own: { node: string; service: string }): Sifted<Service> | undefined {
  const list = z.array(z.unknown()).safeParse(readJson(bytes, MOST));
  if (!list.success) return undefined;
  const strange: string[] = [];
  const instances = list.data.flatMap((item) => {
    const parsed = instance.safeParse(item);
    if (!parsed.success) strange.push(shown(item));
    return parsed.success ? [parsed.data] : [];
  });
  const ours = instances.filter(({ Node }) => Node.Node === own.node).flatMap(({ Checks }) => Checks);
  const kept = ours.find(({ CheckID }) => CheckID === `_service_maintenance:${own.service}`);
  const value: Service = {
    maintenance: kept ? maintainedBy(kept.Notes) : "none",
    passing: ours.some(({ CheckID, Status }) => CheckID === `${own.service}-fit` && Status === "passing"),
    others: instances.filter(
      ({ Node, Checks }) => Node.Node !== own.node && Checks.every(({ Status }) => Status === "passing"),
    ).length,
  };
  return { value, strange };
}

/** Of these services the ones in maintenance mode, as `GET /v1/agent/checks` gives all checks of a host; undefined when that is no such list. */
export function readMaintenance(
  bytes: Uint8Array,
  services: readonly string[],
): Map<string, { by: Exclude<Maintenance, "none">; notes: string }> | undefined {
  const all = z.record(z.string(), z.unknown()).safeParse(readJson(bytes, MOST));
  if (!all.success) return undefined;
  return new Map(
    services.flatMap((service) => {
      const id = `_service_maintenance:${service}`;
      if (!Object.hasOwn(all.data, id)) return [];
      const notes = z.looseObject({ Notes: z.string() }).safeParse(all.data[id]).data?.Notes ?? "";
      return [[service, { by: maintainedBy(notes), notes }]];
    }),
  );
}

const session = z.looseObject({ ID: uuid, Name: z.string().optional() });

/** Our session of that name, of those that `GET /v1/session/node/<node>` lists. */
export function readSession(bytes: Uint8Array, name: string): string | undefined {
  const list = z.array(z.unknown()).safeParse(readJson(bytes, MOST));
  if (!list.success) return undefined;
  for (const item of list.data) {
    const parsed = session.safeParse(item);
    if (parsed.success && parsed.data.Name === name) return parsed.data.ID;
  }
  return undefined;
}

/** The id of a session that was made a moment ago. */
export const readNewSession = (bytes: Uint8Array): string | undefined =>
  session.safeParse(readJson(bytes, MOST)).data?.ID;

/** Whether `GET /v1/session/info/<id>` knows that session; undefined when that is no such list. */
export const readSessionStands = (bytes: Uint8Array): boolean | undefined => {
  const list = z.array(z.unknown()).safeParse(readJson(bytes, MOST));
  return list.success ? list.data.some((item) => session.safeParse(item).success) : undefined;
};
