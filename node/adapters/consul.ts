import {
  readNewSession,
  readService,
  readSession,
  readSessionStands,
  readStore,
  type Sifted,
} from "../foreign/consul.ts";
import { readText } from "../foreign/shapes.ts";
import type { Clock, Consul } from "../ports.ts";
import type { Millis, Named } from "../types.ts";
import { type Answer, ask } from "./http.ts";

export interface ConsulConfig {
  /** Of the agent on this host: `http://127.0.0.1:8500/v1`. */
  api: string;
  cluster: string;
  self: Named;
  /** The port that clients of the writer's name are told. */
  port: number;
  /** The Consul service that names any healthy node, and that which names the one for clients that write. */
  service: string;
  writer: string;
  /** Of an access rule that lets it do all this; none where Consul has no access rules. */
  token?: string;
}

/** A question that Consul's leader took with it when it was cut off would hang until its line gives up, 40 s at worst. */
const LIMIT: Millis = 3_000;
/** Consul answers a question that waits when there is something new, and after this time anyway; it adds up to a sixteenth. */
const waits = { store: 3, service: 15 } as const;
const GRACE: Millis = 2_000;
/** Between two questions where there was no answer; after news of the service, of which every word of every check is one. */
const AGAIN: Millis = 300;
const CALM: Millis = 500;
/** Bytes of an answer. */
const MOST = 1_000_000;

/** Consul's agent of the same host, in the words that supervisors have for each other (docs/decisions/0020). */
export function consulOf(config: ConsulConfig, clock: Clock): Consul {
  const { api, self, service, writer, port } = config;
  const prefix = `trivet/${config.cluster}`;
  const path = (...parts: string[]) =>
    [api, ...parts.map((part) => part.split("/").map(encodeURIComponent).join("/"))].join("/");
  const headers = config.token === undefined ? undefined : { "X-Consul-Token": config.token };
  const question = { headers, limit: LIMIT, most: MOST };
  const put = async (url: string, body?: unknown) =>
    ask(url, { ...question, method: "PUT", body: typeof body === "string" ? body : JSON.stringify(body) });
  /** Where Consul says so by a word: what it did not take has the status of what it took. */
  const taken = async (answer: Promise<Answer | undefined>) => {
    const { status, body } = (await answer) ?? {};
    return status === 200 && body !== undefined && readText(body, 16)?.trim() === "true";
  };
  /** All or nothing: by Raft there is never a second entry, and a former holder's late word is refused with its lock. */
  const transaction = async (...operations: object[]) => (await put(path("txn"), operations))?.status === 200;

  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const kv = (Verb: string, key: string, more: object = {}) => ({ KV: { Verb, Key: `${prefix}/${key}`, ...more } });
  const lock = (verb: string, value: string, more: object = {}) =>
    kv(verb, "writer", { Value: base64(value), ...more });
  // A node of the catalog that no agent speaks for: what stands there is only what supervisors write.
  const named = (Verb: string, more: object = {}) => ({
    Service: { Verb, Node: writer, Service: { ID: writer, Service: writer, ...more } },
  });

  async function watch<T>(
    url: string,
    seconds: number,
    read: (body: Uint8Array) => Sifted<T> | undefined,
    changed: (read: Sifted<T> | undefined) => void,
    signal: AbortSignal,
    calm: Millis = 0,
  ): Promise<void> {
    let index = 0;
    let known: string | undefined = "";
    while (!signal.aborted) {
      const limit = seconds * 1000 + GRACE;
      const answer = await ask(`${url}index=${index}&wait=${seconds}s`, { headers, limit, most: MOST, signal });
      if (signal.aborted) return;
      const text = answer?.header("x-consul-index") ?? "";
      const next = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
      // Nothing new.
      if (answer?.status === 200 && next === index && known) continue;
      // No key was written yet.
      const body =
        answer?.status === 404 ? new TextEncoder().encode("[]") : answer?.status === 200 ? answer.body : undefined;
      const seen = body && next !== undefined ? read(body) : undefined;
      if (seen === undefined || next === undefined) {
        if (known !== undefined) changed(undefined);
        known = undefined;
        index = 0;
        await clock.sleep(AGAIN, signal);
        continue;
      }
      // An index that went back is one of a new leader's: begin anew.
      index = next < index ? 0 : next;
      const words = JSON.stringify(seen);
      if (words !== known) {
        known = words;
        changed(seen);
      }
      if (calm > 0) await clock.sleep(calm, signal);
    }
  }

  return {
    watchStore: (changed, signal) =>
      watch(`${path("kv", prefix)}/?recurse&`, waits.store, (body) => readStore(body, prefix), changed, signal),
    watchService: (changed, signal) => {
      const read = (body: Uint8Array) => readService(body, { node: self.name, service });
      return watch(`${path("health/service", service)}?`, waits.service, read, changed, signal, CALM);
    },

    // It ends with the host's agent, and with the check of its database. No delay afterwards: a former holder's late word is refused.
    async openSession() {
      const list = await ask(path("session/node", self.name), question);
      const former = list?.status === 200 && list.body ? readSession(list.body, writer) : undefined;
      if (former !== undefined) return former;
      const made = await put(path("session/create"), {
        Name: writer,
        LockDelay: "0s",
        Behavior: "release",
        NodeChecks: ["serfHealth"],
        ServiceChecks: [{ ID: `${service}-fit` }],
      });
      return made?.status === 200 && made.body ? readNewSession(made.body) : undefined;
    },
    async sessionStands(session) {
      const info = await ask(path("session/info", session), question);
      // Where Consul can't be asked nothing is known of it.
      return (info?.status === 200 && info.body ? readSessionStands(info.body) : undefined) ?? true;
    },
    endSession: (session) => taken(put(path("session/destroy", session))),

    nameWriter: (session) =>
      transaction(
        lock("lock", self.address, { Session: session }),
        { Node: { Verb: "set", Node: { Node: writer, Address: self.address } } },
        named("set", { Address: self.address, Port: port }),
      ),
    // The name keeps its address until the next writer gives it another one: resolvers may remember that there was none.
    releaseWriter: (session) => transaction(lock("unlock", self.address, { Session: session })),
    unnameWriter: (index) =>
      transaction(kv("check-index", "writer", { Index: index }), lock("set", ""), named("delete")),

    // The time is for people, and for supervisors of a former version.
    report: (member) =>
      taken(put(`${path("kv", prefix, "dead", self.name)}?cas=0`, `${member} ${Math.floor(Date.now() / 1000)}`)),
    closeReport: (index) =>
      transaction(kv("delete-cas", `dead/${self.name}`, { Index: index }), kv("delete-tree", `cleared/${self.name}/`)),
    reportCleared: (node, member, index) =>
      transaction(
        kv("check-index", `dead/${node}`, { Index: index }),
        kv("set", `cleared/${node}/${self.name}`, { Value: base64(member) }),
      ),

    // The agent's own maintenance mode takes the service out of its name at once: its check would find out after 2 s.
    async setMaintenance(on) {
      const url = `${path("agent/service/maintenance", service)}?enable=${on}&reason=${encodeURIComponent("trivet: the database does not answer")}`;
      return (await put(url))?.status === 200;
    },
  };
}
