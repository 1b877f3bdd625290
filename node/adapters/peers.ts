import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { peerState } from "../foreign/database.ts";
import {
  type Answered,
  type Belief,
  beliefText,
  byDatabase,
  firstBelief,
  hears,
  mustSeal,
  ofAdopted,
  readBelief,
  unheard,
} from "../keeper/belief.ts";
import type { Clock, Log, Peers } from "../ports.ts";
import type { Millis, Named } from "../types.ts";
import { askChannel, type ChannelConfig, probe } from "./channel.ts";
import { askDatabase, type Monitor } from "./monitor.ts";
import { writeWhole } from "./write.ts";

export interface PeersConfig {
  channel: ChannelConfig;
  /** All other nodes with data. */
  peers: readonly Named[];
  /** Names of those among them that others made: they have no keeper. */
  adopted: readonly string[];
  monitor: Monitor;
  /** Of every node's database: for clients, and for members. */
  ports: { client: number; replication: number };
  /** The data directory. */
  data: string;
}

/** What is known of peers with the key, beside the data: a state transfer may clear it away. */
const FILE = ".trivet-peers";
/** By any of these a directory has, or had, a node's data, whatever else is there. */
const DATA = ["grastate.dat", "grastate.forked", "sst_in_progress"];
/** A database, and the mark beside which it is nobody's yet; the mark of the first start stands until the next one. */
const MADE = "mysql";
const INSTALLING = ".trivet-installing";
/** Between two rounds in which peers are asked only to be known. */
const ROUND: Millis = 10_000;
const WRITTEN: Millis = 500;

export interface KeyedPeers extends Peers {
  /**
   * Goes on asking all peers, until aborted, so that each is known to speak with the key soon after it does, although a database that
   * runs has nothing to ask; and has the file again where a state transfer took it.
   */
  learn(clock: Clock, signal: AbortSignal): Promise<void>;
}

/** The other nodes, by the channel of the keepers; those of an earlier version by their database's port, as long as they count. */
export async function peersOf(
  { channel, peers, adopted, monitor, ports, data }: PeersConfig,
  log: Log,
): Promise<KeyedPeers> {
  const path = join(data, FILE);
  const keepers = peers.map(({ name }) => name).filter((name) => !adopted.includes(name));
  let belief = await remembered(data, path, log);
  const said = new Map<string, string>();

  let last = Promise.resolve();
  /** What is known later is written later. */
  const keep = (always: boolean) => {
    last = last.then(async () => {
      if (!always && (await exists(path))) return;
      // A disk that takes nothing leaves what was known to this life.
      await writeWhole(path, beliefText(belief), 0o600).catch(() => {});
    });
    return last;
  };
  await keep(false);

  async function ask(peer: Named): Promise<Answered> {
    const answered = await askChannel(channel, peer);
    if (typeof answered === "object") {
      const next = hears(belief, peer.name, keepers);
      if (next !== belief) {
        belief = next;
        // Known in the next life, too, before anything is made of it; but a disk that hangs holds up nobody.
        await Promise.race([keep(true), setTimeout(WRITTEN, undefined, { ref: false })]);
        log.say(`${peer.name} speaks with the cluster's key: it is not believed without it any more`);
        if (belief.sealed) log.say("all peers speak with the cluster's key: nobody is believed without it any more");
      }
    }
    return answered;
  }

  const byClient = (peer: Named) => askDatabase(monitor, { host: peer.address, port: ports.client });

  /** A word for people, when it is another one than before. */
  const tell = (peer: Named, text = "") => {
    if (text === (said.get(peer.name) ?? "")) return;
    said.set(peer.name, text);
    if (text) log.say(text);
  };

  /** One that may be asked by its database's port: it was never heard with the key, and nothing else listens where its keeper would. */
  const isFormer = (peer: Named, answered: Answered) =>
    (answered === "refused" || answered === "silent") && !mustSeal(belief, peer.name);

  /** What its running database says, by whichever way counts for it. */
  async function running(peer: Named) {
    if (adopted.includes(peer.name)) {
      const there = await byClient(peer);
      return there.reached === "open" ? there.node : undefined;
    }
    const answered = await ask(peer);
    if (typeof answered === "object") {
      const { told } = answered;
      return told.doing === "primary" || told.doing === "nonprimary" ? told : undefined;
    }
    if (!isFormer(peer, answered)) return undefined;
    const there = await byClient(peer);
    return there.reached === "open" ? there.node : undefined;
  }

  return {
    async ask(peer) {
      const foreign = adopted.includes(peer.name);
      const answered = foreign ? undefined : await ask(peer);
      if (typeof answered === "object") {
        tell(peer);
        return peerState(answered.told);
      }
      if (answered === undefined || isFormer(peer, answered)) {
        tell(peer);
        const there = await byClient(peer);
        const replication = there.reached === "refused" ? await probe(peer.address, ports.replication) : "refused";
        const state = byDatabase(
          { client: there.reached, replication },
          there.reached === "open" ? there.state : undefined,
        );
        return foreign ? ofAdopted(state) : state;
      }
      const [client, replication] = await Promise.all([
        probe(peer.address, ports.client),
        probe(peer.address, ports.replication),
      ]);
      const state = unheard(answered, { client, replication });
      tell(
        peer,
        state.doing === "starting"
          ? `${peer.name} is not believed: it is there, and does not answer with the cluster's key on tcp ${channel.port} (${answered})`
          : undefined,
      );
      return state;
    },
    writes: async (peer) => (await running(peer))?.writes === true,
    async counts(peer, address) {
      const node = await running(peer);
      return node?.doing === "primary" && node.members.includes(address);
    },
    async learn(clock, signal) {
      while (!signal.aborted) {
        await keep(false);
        if (!belief.sealed) {
          const unknown = peers.filter(({ name }) => keepers.includes(name) && !mustSeal(belief, name));
          await Promise.all(unknown.map(ask));
        }
        await clock.sleep(ROUND, signal);
      }
    },
  };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function remembered(data: string, path: string, log: Log): Promise<Belief> {
  if (!(await exists(path))) {
    const has = (name: string) => exists(join(data, name));
    const found = await Promise.all(DATA.map(has));
    return firstBelief(!found.includes(true) && (!(await has(MADE)) || (await has(INSTALLING))));
  }
  const { belief, dropped } = readBelief(await readFile(path).catch(() => new Uint8Array()));
  if (dropped !== undefined) log.say(`${dropped}: nobody is believed without it (${path})`);
  return belief;
}
