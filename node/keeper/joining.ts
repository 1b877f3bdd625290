import { keeper as timers } from "../timers.ts";
import type { Millis, PeerState } from "../types.ts";

/** One look at a database that starts and does not answer yet. */
export interface JoiningLook {
  peers: readonly PeerState[];
  /** It asked for a state transfer. */
  asksForData: boolean;
  /** A transfer runs here, or is being worked into the data, rather than only waited for. */
  fed: boolean;
}

/** Since when there is nothing to be hoped for. */
export interface Joining {
  heard: Millis;
}

/**
 * Gives a start up that can't come to anything. The node it wanted to join may be gone by now (so it is when all are restarted at once), and
 * MariaDB would wait for it for good, and keep its position from peers that wait for just that: so when for 20 s no database answered,
 * neither here nor at a peer, the next start decides anew. Not so while data is transferred: a busy donor may not answer, and where there
 * are two members, a joiner that is killed takes the quorum with it. One that waits for data while all who answer are Synced was forgotten
 * by its donor. A component without quorum that has all members already will be ended by the one that answers (`restart`): there is
 * nothing to be waited for after that, but as long as it stands.
 */
export function judgeJoining(
  before: Joining,
  look: JoiningLook,
  members: number,
  now: Millis,
): Joining & { hopeless: boolean } {
  const hopeful = (peer: PeerState) => {
    if (peer.doing === "running") return true;
    if (peer.doing === "nonprimary") return peer.size !== members;
    return peer.doing === "primary" && !(look.asksForData && peer.synced);
  };
  const heard = look.fed || look.peers.some(hopeful) ? now : before.heard;
  const alone = look.peers.some(({ doing }) => doing === "nonprimary");
  return { heard, hopeless: now - heard >= timers.stuck && !alone };
}
