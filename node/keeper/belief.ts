import { z } from "zod";
import { isNodeName, type Told } from "../bootstrap/index.ts";
import { readJson } from "../foreign/shapes.ts";
import type { PeerState } from "../types.ts";

/**
 * Whom a node believes (docs/decisions/0048). A keeper seals what it tells with the cluster's key. Nodes of an earlier version have
 * none, and are asked as they ask each other, by the port of the database: that is believed of those alone that were never heard with
 * the key, and of nobody any more once all were.
 */
export interface Belief {
  /** Nobody is believed without the key: so it is from the beginning where the cluster is made new, and once all have spoken with it. */
  sealed: boolean;
  /** Peers that have spoken with the key. */
  spoken: readonly string[];
}

/** A node that has no data when it first looks is one of a new cluster; one that has was a node of an earlier version. */
export const firstBelief = (fresh: boolean): Belief => ({ sealed: fresh, spoken: [] });

export const mustSeal = (belief: Belief, peer: string): boolean => belief.sealed || belief.spoken.includes(peer);

/** A peer has spoken with the key; `all`: the peers that have keepers, which those that are adopted have not. */
export function hears(belief: Belief, peer: string, all: readonly string[]): Belief {
  if (mustSeal(belief, peer)) return belief;
  const spoken = [...belief.spoken, peer].toSorted();
  return { sealed: all.every((name) => spoken.includes(name)), spoken };
}

const file = z.strictObject({
  version: z.literal(1),
  sealed: z.boolean(),
  spoken: z.array(z.string().refine(isNodeName)).max(255),
});

export const beliefText = (belief: Belief): string => `${JSON.stringify({ version: 1, ...belief })}\n`;

/** What a former life knew. One that can't be read is no reason to believe anybody. */
export function readBelief(bytes: Uint8Array): { belief: Belief; dropped?: string } {
  const { data } = file.safeParse(readJson(bytes, 64_000));
  if (data) return { belief: { sealed: data.sealed, spoken: data.spoken } };
  return { belief: { sealed: true, spoken: [] }, dropped: "what was known of peers with the key can't be read" };
}

/** How a try to connect ended. */
export type Reached = "open" | "refused" | "silent";

/** What came of a question by the keepers' port. `unsealed`: somebody is there, and did not answer it with the key in time. */
export type Answered = { told: Told } | "unsealed" | "refused" | "silent";

/** A peer's other ports, looked at where its keeper did not answer; what its database said is asked only where it counts. */
export interface Ports {
  client: Reached;
  replication: Reached;
}

/** What is known of a peer that is not heard with the key, and of which nothing else is believed. */
export function unheard(answered: Exclude<Answered, { told: Told }>, { client, replication }: Ports): PeerState {
  // Something is there that does not tell: neither silence, which a person may override, nor a position.
  if (answered === "unsealed" || client === "open" || replication === "open") return { doing: "starting" };
  const refused = answered === "refused" && client === "refused" && replication === "refused";
  return { doing: refused ? "absent" : "missing" };
}

/** What is known of one of an earlier version, by the port of its database; `said`: what that answered. */
export function byDatabase({ client, replication }: Ports, said: PeerState | undefined): PeerState {
  if (client === "open") return said ?? { doing: "starting" };
  if (client === "silent") return { doing: "missing" };
  return { doing: replication === "open" ? "starting" : "absent" };
}

/** A member that others made is believed while it runs: it never waits as nodes do, whoever says so. */
export const ofAdopted = (state: PeerState): PeerState => (state.doing === "waiting" ? { doing: "starting" } : state);
