import type { Judge } from "../../core/health.ts";
import { countOf, disagree, saidBy, when } from "../judgement.ts";
import { othersVoting, votersWith } from "../services.ts";
import { galera } from "./facts.ts";

/** Galera's number for a node that is up to date. */
const SYNCED = 4;

/** Every node is up to date, may be written to, and sees all that vote in one cluster. */
export const steady: Judge = (observations) => {
  // All that vote are members.
  const voters = votersWith(galera.name);
  const expected = countOf(observations, ...voters);
  const nodes = saidBy(observations, galera.name);
  const uuids = new Set(nodes.map(({ health }) => health.clusterUuid));
  return [
    ...nodes.flatMap((node) => {
      const { clusterStatus, localState, ready, readOnly, clusterSize } = node.health;
      return [
        ...when(
          clusterStatus !== "Primary",
          "component",
          node,
          `is in a ${clusterStatus} part of the cluster, not the Primary one`,
        ),
        ...when(localState !== SYNCED, "synced", node, `is in the local state ${localState}, not Synced (${SYNCED})`),
        ...when(ready !== true, "ready", node, "is not ready for queries"),
        ...when(readOnly !== false, "writable", node, "is read-only"),
        ...when(
          clusterSize !== expected,
          "cluster-size",
          node,
          `sees a cluster of ${clusterSize}, expected ${expected}`,
        ),
      ];
    }),
    // Those without data count the members, and know nothing else.
    ...saidBy(observations, ...othersVoting(galera.name)).flatMap((voter) => {
      const { clusterStatus, clusterSize } = voter.health;
      return when(
        clusterStatus === "Primary" && clusterSize !== expected,
        "cluster-size",
        voter,
        `sees a cluster of ${clusterSize}, expected ${expected}`,
      );
    }),
    ...disagree(
      uuids.size > 1,
      "one-cluster",
      galera.name,
      `the database nodes belong to ${uuids.size} different clusters`,
    ),
  ];
};
