import type { Rule } from "../rule.ts";
import { bindCache } from "./bind-cache.ts";
import { bootstrapFlag } from "./bootstrap-flag.ts";
import { confinement } from "./confinement.ts";
import { consulCheck } from "./consul-check.ts";
import { consulQuorum } from "./consul-quorum.ts";
import { databaseWriters } from "./database-writers.ts";
import { diskLimits } from "./disk-limits.ts";
import { dnsTtl } from "./dns-ttl.ts";
import { durableCommits } from "./durable-commits.ts";
import { evictionTime } from "./eviction-time.ts";
import { galeraPeers } from "./galera-peers.ts";
import { galeraQuorum } from "./galera-quorum.ts";
import { masterZone } from "./master-zone.ts";
import { notifications } from "./notifications.ts";
import { privileges } from "./privileges.ts";
import { resolvers } from "./resolvers.ts";
import { restarts } from "./restarts.ts";
import { spread } from "./spread.ts";
import { stopTimeout } from "./stop-timeout.ts";
import { syncWait } from "./sync-wait.ts";
import { timeSources } from "./time-sources.ts";

/** All rules, from the database outwards. */
export const rules: readonly Rule[] = [
  durableCommits,
  galeraQuorum,
  galeraPeers,
  evictionTime,
  bootstrapFlag,
  privileges,
  stopTimeout,
  confinement,
  diskLimits,
  consulCheck,
  consulQuorum,
  dnsTtl,
  bindCache,
  resolvers,
  timeSources,
  syncWait,
  databaseWriters,
  masterZone,
  notifications,
  restarts,
  spread,
];
