import { keeper as timers } from "../timers.ts";
import type { Millis } from "../types.ts";

/**
 * What a running database needs once: its users, and its place in the name again. Tried until it is done.
 * - `users`: databases, users and the settings that came while it started, as soon as it is Synced
 * - `come-back`: ends the maintenance mode that leaving put its services into, as soon as the node is fit; anybody else's is left alone
 */
export type ChoreName = "users" | "come-back";

export interface Chore {
  /** When it is tried next; undefined while it is being tried, and once it is done. */
  next?: Millis;
  done: boolean;
}

export type Chores = Record<ChoreName, Chore>;

export const firstChores = (now: Millis): Chores => ({
  users: { next: now, done: false },
  "come-back": { next: now, done: false },
});

export const due = (chores: Chores, now: Millis): ChoreName[] =>
  (Object.keys(chores) as ChoreName[]).filter((name) => (chores[name].next ?? Number.POSITIVE_INFINITY) <= now);

export const begun = (chores: Chores, name: ChoreName): Chores => ({ ...chores, [name]: { done: false } });

/** `early`: the node is not ready for it yet; otherwise it failed. */
export function ended(chores: Chores, name: ChoreName, result: "done" | "early" | "failed", now: Millis): Chores {
  if (result === "done") return { ...chores, [name]: { done: true } };
  const waits = {
    users: { early: timers.users, failed: timers.usersRetry },
    "come-back": { early: timers.comeBack, failed: timers.comeBackRetry },
  };
  return { ...chores, [name]: { done: false, next: now + waits[name][result] } };
}
