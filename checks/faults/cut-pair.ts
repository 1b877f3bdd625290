import { dropOn, type Rule } from "./filter.ts";
import { addressOf, type Kind, parameter } from "./kind.ts";

/** Between a host and a peer, both ways. */
const between = (address: string): Rule[] => [
  { direction: "in", match: `-s ${address}` },
  { direction: "out", match: `-d ${address}` },
];

export const cutPair: Kind = {
  name: "cut-pair",
  title: "only between these hosts and their peers (with: peers); both still reach all others",
  levels: ["node", "pair"],
  network: true,
  alsoHurts: ({ with: { peers } = {} }) => String(peers ?? "").split(","),
  script(targets) {
    const peers = parameter(targets, "peers", /^[\w-]+(,[\w-]+)*$/).split(",");
    return dropOn(targets, () => peers.flatMap((peer) => between(addressOf(targets.inventory, peer))));
  },
};

/** Everybody still reaches a majority in some direction, but no two agree on whom they see. */
export const ring: Kind = {
  name: "ring",
  title: "partial cuts: each host no longer hears the next one of the list",
  levels: ["node", "pair"],
  network: true,
  script(targets) {
    const all = targets.spec.hosts;
    return dropOn(targets, (host) => {
      const next = all[(all.indexOf(host) + 1) % all.length]!;
      return [{ direction: "in", match: `-s ${addressOf(targets.inventory, next)}` }];
    });
  },
};
