import type { Judge } from "../../core/health.ts";
import { countOf, disagree, saidBy, when } from "../judgement.ts";
import { othersVoting, votersWith } from "../services.ts";
import { galera } from "./facts.ts";

/** Galera's number for a node that is up to date. */
const SYNCED = 4;

/** Every node is up to date, may be written to, and sees all that vote in one cluster. */
export const steady: Judge = (observations, { database }) => {
  // All that vote are members.
  const voters = votersWith(galera.name);
  const expected = countOf(observations, ...voters);
  // A cluster that is taken over has members of others besides, who leave one by one.
  const most = expected + (database?.adopt?.length ?? 0);
  const isOther = (size?: number) => size === undefined || size < expected || size > most;
  const wanted = most > expected ? `${expected} to ${most}` : expected;
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
        ...when(isOther(clusterSize), "cluster-size", node, `sees a cluster of ${clusterSize}, expected ${wanted}`),
      ];
    }),
    // Those without data count the members, and know nothing else.
    ...saidBy(observations, ...othersVoting(galera.name)).flatMap((voter) => {
      const { clusterStatus, clusterSize } = voter.health;
      return when(
        clusterStatus === "Primary" && isOther(clusterSize),
        "cluster-size",
        voter,
        `sees a cluster of ${clusterSize}, expected ${wanted}`,
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
