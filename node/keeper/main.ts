import pLimit from "p-limit";
import { ports } from "../../components/galera/facts.ts";
import { monotonic } from "../adapters/clock.ts";
import { filesOf } from "../adapters/files.ts";
import { ownerOf, paths, places, prepareLife, prepareStart, testEnvironment } from "../adapters/host.ts";
import { keeperConsulOf } from "../adapters/keeperConsul.ts";
import { askValue } from "../adapters/monitor.ts";
import { monitoredDatabaseOf } from "../adapters/monitoredDatabase.ts";
import { ownDatabaseOf } from "../adapters/ownDatabase.ts";
import { peersOf } from "../adapters/peers.ts";
import { processesOf } from "../adapters/processes.ts";
import { end, ending, fileOf, given, input, log, print } from "../adapters/program.ts";
import { serveHealth } from "../adapters/server.ts";
import { applySettings } from "../adapters/settings.ts";
import { tellerOf } from "../adapters/teller.ts";
import { siteTimeOf, timeSql } from "../adapters/time.ts";
import { noteWhole } from "../adapters/whole.ts";
import { decide, decisionText, type Situation } from "../bootstrap/index.ts";
import { readJson } from "../foreign/shapes.ts";
import { answersOf } from "../health/answers.ts";
import type { Processes } from "../ports.ts";
import { keep } from "./program.ts";
import { type KeeperSettings, readSettings } from "./settings.ts";

/** What a database that goes on without its keeper's loop is given to end in good order. */
const END = 50_000;

/** A database elsewhere is asked for its time: what it takes is doubt. */
const TIME = 600;

/** Root by its socket, as the keeper itself is. */
const { keeper: told, running, statements, whole, socket } = paths(places);
const login = { socketPath: socket, user: "root" };

/** The keeper's own life, which is that of the container. Gives the exit code. */
async function keeper({ self, ...settings }: KeeperSettings): Promise<number> {
  const stopped = ending();
  const { cluster, monitor, clock, peers: others } = settings;
  const [owner, environment] = await Promise.all([ownerOf("mysql"), testEnvironment()]);
  await prepareLife(owner);

  const turn = pLimit(1);
  const files = filesOf({ ...places, owner, turn });
  const time = siteTimeOf({
    peers: others,
    servers: clock.servers,
    limits: clock,
    askTime: (peer) => askValue(monitor, { host: peer.address, port: ports.client, limit: TIME }, timeSql),
    clock: monotonic,
    environment,
  });
  const channel = { cluster, key: Buffer.from(settings.key, "base64"), self, port: ports.keepers };
  const adopted = others.filter((peer) => peer.adopted).map(({ name }) => name);
  const peers = await peersOf({ channel, peers: others, adopted, monitor, ports, data: places.data }, log);
  const consul = keeperConsulOf(
    { api: settings.consul, cluster, node: self.name, services: settings.consulServices },
    log,
  );
  const database = ownDatabaseOf({ login, ours: settings.ours, statements, settings: running }, log);
  const processes = processesOf({
    ...places,
    transferPort: ports.stateTransfer,
    turn,
    prepare: () => prepareStart(settings.providerOptions),
    log,
    environment,
  });
  const teller = tellerOf({ channel, peers: others, monitor, ports, run: places.run }, async () => {
    return (await answers.health()).fit;
  });
  const answers = answersOf(
    {
      database: monitoredDatabaseOf({ host: "127.0.0.1", port: ports.checks, ...monitor }),
      clock: time.judgeDatabase,
      files,
      keeper: () => {
        const { told, leaving } = teller.said();
        return { told, leaving, ...database.word() };
      },
      othersWrite: async () => (await Promise.all(others.map((peer) => peers.writes(peer)))).includes(true),
      noteWhole: () => noteWhole(whole),
    },
    others.length + 1,
  );
  await serveHealth(ports.health, answers);

  const begun: Processes = {
    ...processes,
    start(options, exited) {
      database.begins({ readOnly: options.includes("--read-only") });
      processes.start(options, exited);
    },
  };
  const over = new AbortController();
  void peers.learn(monotonic, over.signal);
  try {
    return await keep(
      { self, peers: others, arbitrators: settings.arbitrators, plan: decide },
      {
        clock: monotonic,
        log,
        database,
        consul,
        peers,
        processes: teller.before(begun),
        files,
        time,
        teller,
      },
      (stop) => stopped.addEventListener("abort", stop),
    );
  } catch (error) {
    // A mistake of ours is no reason to kill a database; the next life begins anew.
    log.say(`the keeper ends: ${(error as Error).stack}`);
    await processes.end(AbortSignal.timeout(END));
    return 1;
  } finally {
    over.abort();
  }
}

/** Has the running database take its settings; says in a line each what it does not take. Gives the exit code. */
async function settings(): Promise<number> {
  const { ok, said } = await applySettings(login, running, log);
  for (const line of said) print(line);
  return ok ? 0 : 1;
}

function decides(): number {
  print(decisionText(decide(readJson(input(), 64_000) as Situation)));
  return 0;
}

function keeps(): Promise<number> | number {
  const read = readSettings(fileOf(told));
  if ("value" in read) return keeper(read.value);
  log.say(`${told} is not what the component writes: ${read.refused}`);
  return 1;
}

function unknown(): number {
  log.say(`there is no command ${word}: expected one of ${[...commands.keys()].join(", ")}`);
  return 1;
}

/**
 * The program of a database's container, by one word:
 * - `keep`: starts the database and keeps it, until it has ended
 * - `settings`: has the running database take its settings
 * - `decide`: says what a node may do in the situation that is given as JSON (a `Situation` of `bootstrap/`), for those who check that
 */
const commands = new Map<string, () => Promise<number> | number>([
  ["keep", keeps],
  ["settings", settings],
  ["decide", decides],
]);

/** A fault before there is a database ends it, and Docker starts it again. */
const [word = ""] = given(1);
void (async () => end(await (commands.get(word) ?? unknown)()))();
