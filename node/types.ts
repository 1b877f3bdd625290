import type { Heard } from "./bootstrap/index.ts";

/** Milliseconds of a clock that nobody sets. Only differences mean anything. */
export type Millis = number;

/** Galera's numbers for what a member does (`wsrep_local_state`). */
export const localState = { outside: 0, joining: 1, donor: 2, joined: 3, synced: 4, inconsistent: 5 } as const;

/** A node by its name and the address at which the others reach it. */
export interface Named {
  name: string;
  address: string;
}

/**
 * What is known of a peer, by its own word or by how it could not be asked (see `Doing`). `running`: it does not tell, since it knows our
 * monitor by another password, or has no place left. `starting`: also where something is there that does not tell.
 */
export type PeerState = Pick<Heard, "doing"> & Partial<Pick<Heard, "position" | "cluster" | "size" | "synced">>;

/** A machine's answer to an event: its whole state anew, and what is to be done. */
export interface Step<State, Effect> {
  state: State;
  effects: Effect[];
}
