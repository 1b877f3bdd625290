import { keeper as timers } from "../timers.ts";
import { localState, type Millis } from "../types.ts";
import type { ReplicationLook } from "./replication.ts";

/**
 * A node takes itself out of its clients' way before its database is stopped: first out of the name, then away from those that are
 * connected, each between two of its transactions, so that nothing is rolled back and nothing is in doubt (docs/decisions/0019).
 * All of it ends within 20 s, whatever hangs, of the 60 that Docker gives.
 */
export type Leaving =
  /** Asks its database whom it serves. */
  | { at: "look" }
  /** Puts its services into Consul's maintenance mode, which every server knows at once: its check would find out after 2 s. */
  | { at: "name"; alone: boolean }
  /** Answers that were given before count for a while. */
  | { at: "wait"; until: Millis }
  | { at: "drain"; until: Millis; next: Millis; asking: boolean }
  | { at: "stopped" };

export type LeavingEvent =
  | { is: "tick" }
  | { is: "look"; look?: ReplicationLook }
  /** Whether Consul took any of its services out of the name. */
  | { is: "name-left"; ok: boolean }
  /** Connections of clients; undefined when the database does not answer. */
  | { is: "clients"; clients?: Clients };

/** Connections by number: those that stand between two transactions, and how many are in the middle of one. */
export interface Clients {
  idle: number[];
  busy: number;
}

export type LeavingRequest =
  | { do: "look" }
  | { do: "leave-name" }
  | { do: "list-clients" }
  | { do: "end-clients"; ids: number[] }
  | { do: "stop" }
  | { do: "log"; text: string };

export const firstLeaving = (): { leaving: Leaving; requests: LeavingRequest[] } => ({
  leaving: { at: "look" },
  requests: [{ do: "look" }],
});

export function leave(
  before: Leaving,
  event: LeavingEvent,
  now: Millis,
): { leaving: Leaving; requests: LeavingRequest[] } {
  const stay = { leaving: before, requests: [] };
  switch (before.at) {
    case "look": {
      if (event.is !== "look") return stay;
      const { look } = event;
      // On a busy machine the answer may be late, and then clients may be there.
      const serves = !look || (look.status === "primary" && look.localState === localState.synced);
      if (!serves) return stopped("it serves nobody");
      return { leaving: { at: "name", alone: look?.size === 1 }, requests: [{ do: "leave-name" }] };
    }
    case "name":
      if (event.is !== "name-left") return stay;
      // The last one has nobody to leave its clients to.
      return event.ok && !before.alone
        ? { leaving: { at: "wait", until: now + timers.nameLeft }, requests: [] }
        : drains(now);
    case "wait":
      return now >= before.until ? drains(now) : stay;
    case "drain":
      return drain(before, event, now);
    case "stopped":
      return stay;
  }
}

const stopped = (text: string) => ({
  leaving: { at: "stopped" } as const,
  requests: [{ do: "log", text: `leaves: ${text}` }, { do: "stop" }] as LeavingRequest[],
});

const drains = (now: Millis) => ({
  leaving: { at: "drain", until: now + timers.drain.most, next: now, asking: true } as const,
  requests: [{ do: "list-clients" }] as LeavingRequest[],
});

/** A client whose connection ends between two transactions loses nothing, and connects again: by the name, to another node. */
function drain(
  before: Leaving & { at: "drain" },
  event: LeavingEvent,
  now: Millis,
): { leaving: Leaving; requests: LeavingRequest[] } {
  if (event.is === "tick") {
    if (before.asking || now < before.next) return { leaving: before, requests: [] };
    return { leaving: { ...before, asking: true }, requests: [{ do: "list-clients" }] };
  }
  if (event.is !== "clients") return { leaving: before, requests: [] };
  if (!event.clients) return stopped("the database does not answer");
  const { idle, busy } = event.clients;
  const end: LeavingRequest[] = idle.length > 0 ? [{ do: "end-clients", ids: idle }] : [];
  if (busy === 0 || now >= before.until) {
    const { leaving, requests } = stopped(
      busy === 0
        ? "out of the name, and its clients are gone"
        : `${busy} still busy after ${timers.drain.most / 1000} s`,
    );
    return { leaving, requests: [...end, ...requests] };
  }
  return { leaving: { ...before, asking: false, next: now + timers.drain.every }, requests: end };
}
