import { run } from "../loop.ts";
import type { Clock, Consul, Log, StatusFile, WatchedDatabase } from "../ports.ts";
import { supervisor as timers } from "../timers.ts";
import {
  firstState,
  keyOf,
  type SupervisorConfig,
  type SupervisorEffect,
  type SupervisorEvent,
  type SupervisorState,
  step,
} from "./machine.ts";
import type { Action } from "./situation.ts";

export interface SupervisorPorts {
  clock: Clock;
  log: Log;
  database: WatchedDatabase;
  consul: Consul;
  status: StatusFile;
}

/** Watches the database beside it until the signal is aborted. Its session stays: one that takes its place finds it again. */
export async function supervise(config: SupervisorConfig, ports: SupervisorPorts, signal: AbortSignal): Promise<void> {
  const { clock, consul, database, log } = ports;
  const left = new Map<string, string>();
  /** Foreign keys and values, told once. */
  const strange = (where: string, found: readonly string[] = []) => {
    const text = found.slice(0, 5).join(" ");
    if (text !== (left.get(where) ?? "")) {
      left.set(where, text);
      if (text) log.say(`left out, since no supervisor writes such keys or values to Consul: ${text}`);
    }
  };
  try {
    await run<SupervisorState, SupervisorEvent, SupervisorEffect>(
      {
        initial: { state: firstState(clock.now()), effects: [] },
        step: (state, event, now) => step(config, state, event, now),
        perform: (effect, emit) => perform(effect, ports, emit),
        tick: { is: "tick" },
        every: timers.tick,
      },
      clock,
      signal,
      (emit) => {
        void consul.watchStore((read) => {
          strange("store", read?.strange);
          emit({ is: "store", store: read?.value });
        }, signal);
        void consul.watchService((read) => {
          strange("service", read?.strange);
          emit({ is: "service", service: read?.value });
        }, signal);
      },
    );
  } finally {
    database.close();
  }
}

async function perform(
  effect: SupervisorEffect,
  { database, consul, log, status }: SupervisorPorts,
  emit: (event: SupervisorEvent) => void,
): Promise<void> {
  switch (effect.do) {
    case "connect": {
      const { generation } = effect;
      database.connect(() => emit({ is: "broken", generation, listening: database.listening() }));
      return;
    }
    case "ping":
      if (await database.ping()) emit({ is: "alive", generation: effect.generation });
      return;
    case "ask-state":
      emit({ is: "state", generation: effect.generation, state: await database.state() });
      return;
    case "probe":
      emit({ is: "probed", generation: effect.generation, listening: database.listening() });
      return;
    case "empty-list":
      await database.forget();
      return;
    case "open-session":
      emit({ is: "session", session: await consul.openSession() });
      return;
    case "check-session":
      emit({ is: "session", session: (await consul.sessionStands(effect.session)) ? effect.session : undefined });
      return;
    case "tell":
      await status.write(effect.status);
      return;
    case "log":
      log.say(effect.text);
      return;
    default:
      emit({ is: "done", key: keyOf(effect), ok: await act(effect, database, consul) });
  }
}

async function act(action: Action, database: WatchedDatabase, consul: Consul): Promise<boolean> {
  switch (action.do) {
    case "report":
      return consul.report(action.member);
    case "evict":
      return database.evict(action.member, action.view);
    case "clear":
      // What is told to have been cleared has been.
      return (await database.forget()) && consul.reportCleared(action.node, action.member, action.index);
    case "forget":
      return database.forget();
    case "close":
      return consul.closeReport(action.index);
    case "acquire":
      return consul.nameWriter(action.session);
    case "release":
      return consul.releaseWriter(action.session);
    case "seize":
      return consul.endSession(action.session);
    case "unname":
      return consul.unnameWriter(action.index);
    case "take-out":
      return consul.setMaintenance(true);
    case "put-back":
      return consul.setMaintenance(false);
  }
}
