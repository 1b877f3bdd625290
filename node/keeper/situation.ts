import type { Heard, Situation } from "../bootstrap/index.ts";
import type { PeerState } from "../types.ts";
import type { KeeperConfig } from "./protocol.ts";

/** What keepers neither tell each other nor go by. */
const untold = { detail: "", safeToBootstrap: false } as const;

/** All that the rules go by: this node, and what its peers said, in the order of the configuration. Nothing in it is guessed. */
export const situationOf = (
  { self, peers, arbitrators }: KeeperConfig,
  own: Omit<Situation["self"], "host" | keyof typeof untold>,
  said: readonly PeerState[],
): Situation => ({
  self: { ...untold, ...own, host: self.name },
  peers: peers.map(({ name: host }, at): Heard => {
    const state = said[at] ?? { doing: "missing" };
    return { ...untold, position: "unknown", ...state, host };
  }),
  arbitrators,
});
