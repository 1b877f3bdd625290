import { run } from "../loop.ts";
import type { Clock, Files, KeeperConsul, Log, OwnDatabase, Peers, Processes, SiteTime, Teller } from "../ports.ts";
import { isCrowded, type Room } from "./capacity.ts";
import { firstEffects, firstState, type KeeperState, step } from "./machine.ts";
import type { KeeperConfig, KeeperEffect, KeeperEvent } from "./protocol.ts";

export interface KeeperPorts {
  clock: Clock;
  log: Log;
  database: OwnDatabase;
  consul: KeeperConsul;
  peers: Peers;
  processes: Processes;
  files: Files;
  time: SiteTime;
  teller: Teller;
}

/** How often the keeper looks at the time: its shortest wait. */
const TICK = 100;

/**
 * Starts the database and keeps it, until it has ended. Returns the exit code: Docker starts the container again, and the next life
 * decides anew. `stops` is called with what a signal of the process is to call.
 */
export async function keep(
  config: KeeperConfig,
  ports: KeeperPorts,
  stops: (stop: () => void) => void,
): Promise<number> {
  const over = new AbortController();
  let code = 1;
  const exit = (with_: number) => {
    code = with_;
    over.abort();
  };
  await run<KeeperState, KeeperEvent, KeeperEffect>(
    {
      initial: { state: firstState, effects: firstEffects },
      step: (state, event, now) => step(config, state, event, now),
      perform: (effect, emit) => perform(effect, config, ports, emit, exit),
      tick: { is: "tick" },
      every: TICK,
    },
    ports.clock,
    over.signal,
    (emit) => stops(() => emit({ is: "stop" })),
  );
  return code;
}

async function perform(
  effect: KeeperEffect,
  config: KeeperConfig,
  ports: KeeperPorts,
  emit: (event: KeeperEvent) => void,
  exit: (code: number) => void,
): Promise<void> {
  const { database, consul, peers, processes, files, time, teller, log } = ports;
  const room = async (): Promise<Room | undefined> => {
    const limits = await files.capacity();
    return limits && { ...limits, used: await files.used(limits) };
  };
  const any = async (asks: Promise<boolean>[]) => (await Promise.all(asks)).includes(true);
  const othersWrite = () => any(config.peers.map((peer) => peers.writes(peer)));
  const around = () => Promise.all(config.peers.map((peer) => peers.ask(peer)));
  switch (effect.do) {
    case "read-files":
      emit({ is: "files", files: await files.beginLife() });
      return;
    case "change-files":
      await files.change(effect.changes);
      return;
    case "recover":
      emit({ is: "recovered", found: await processes.recover() });
      return;
    case "look-around": {
      const order = effect.orders ? await files.takeOrder() : undefined;
      emit({ is: "around", peers: await around(), order });
      return;
    }
    case "look-gates": {
      const now = await room();
      // Asked at the same time: each takes most of a second.
      const [clock, write] = await Promise.all([
        time.judge(),
        now && isCrowded(now, effect.crowded) ? othersWrite() : false,
      ]);
      emit({ is: "gates", gates: { room: now, othersWrite: write, clock } });
      return;
    }
    case "make-database":
      emit({ is: "made", ok: await processes.makeDatabase() });
      return;
    case "ask-departure":
      emit({ is: "counted", by: await any(config.peers.map((peer) => peers.counts(peer, config.self.address))) });
      return;
    case "ask-report":
      emit({ is: "reported", stands: await consul.reportStands() });
      return;
    case "start": {
      const { plan } = effect;
      await files.change(plan.changes);
      if (plan.makeDatabase && !(await processes.makeDatabase())) {
        emit({ is: "made", ok: false });
        return;
      }
      processes.start(plan.options, (code) => emit({ is: "exited", code }));
      return;
    }
    case "look-joining": {
      if (await database.answers()) {
        emit({ is: "joining", answers: true });
        return;
      }
      const [asked, asksForData, fed] = await Promise.all([around(), files.asksForData(), processes.isFed()]);
      emit({ is: "joining", answers: false, look: { peers: asked, asksForData, fed: asksForData && fed } });
      return;
    }
    case "look":
      emit({ is: "look", look: await database.look() });
      return;
    case "look-donor": {
      const giving = await processes.gives();
      emit({ is: "donor", giving, othersWrite: giving && (await othersWrite()) });
      return;
    }
    case "look-capacity": {
      const now = await room();
      emit({
        is: "capacity",
        room: now,
        othersWrite: now !== undefined && isCrowded(now, false) && (await othersWrite()),
      });
      return;
    }
    case "promote":
      await database.promote();
      return;
    case "set-read-only":
      emit({ is: "set-read-only", on: effect.on, ok: await database.setReadOnly(effect.on) });
      return;
    case "end-transfer":
      emit({ is: "transfer-ended", role: effect.role, ok: await processes.endTransfer(effect.role) });
      return;
    case "leave-name":
      emit({ is: "name-left", ok: await consul.leaveName() });
      return;
    case "list-clients":
      emit({ is: "clients", clients: await database.clients() });
      return;
    case "end-clients":
      await database.endClients(effect.ids);
      return;
    case "chore":
      emit({ is: "chore", name: effect.name, result: await chore(effect.name, ports) });
      return;
    case "kill":
      processes.kill(effect.signal);
      return;
    case "tell":
      await teller.keeper(effect.told);
      return;
    case "tell-leaving":
      await teller.leaving();
      return;
    case "exit":
      exit(effect.code);
      return;
    case "log":
      log.say(effect.text);
      return;
  }
}

async function chore(name: "users" | "come-back", { database, consul, teller }: KeeperPorts) {
  if (name === "users") {
    const made = await database.makeUsers();
    if (typeof made === "string") return made;
    await teller.users(made.failed);
    return "failed";
  }
  if (!(await teller.fit())) return "early";
  return (await consul.comeBack()) ? "done" : "failed";
}
