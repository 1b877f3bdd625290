import type { Mutant } from "../mutant.ts";
import { bootstrapFlag } from "./bootstrap-flag.ts";
import { consulTtl60 } from "./consul-ttl-60.ts";
import { dirtyReads } from "./dirty-reads.ts";
import { dnsTtl60 } from "./dns-ttl-60.ts";
import { flush0 } from "./flush-0.ts";
import { icingadbOnSatellites } from "./icingadb-on-satellites.ts";
import { noRestart } from "./no-restart.ts";
import { notificationsOff } from "./notifications-off.ts";
import { oneDnsServer } from "./one-dns-server.ts";
import { oneTimeSource } from "./one-time-source.ts";
import { quorumIgnored } from "./quorum-ignored.ts";
import { slowCheck } from "./slow-check.ts";
import { slowElection } from "./slow-election.ts";
import { slowEviction } from "./slow-eviction.ts";
import { slowResolver } from "./slow-resolver.ts";
import { superApplication } from "./super-application.ts";
import { syncWait0 } from "./sync-wait-0.ts";
import { tcpCheck } from "./tcp-check.ts";
import { timeOff } from "./time-off.ts";

/** All mutants: first those that what is set gives away, then those that show in what happens; the rudest last. */
export const mutants: readonly Mutant[] = [
  syncWait0,
  icingadbOnSatellites,
  notificationsOff,
  timeOff,
  oneTimeSource,
  slowResolver,
  slowCheck,
  consulTtl60,
  slowElection,
  slowEviction,
  superApplication,
  quorumIgnored,
  noRestart,
  oneDnsServer,
  tcpCheck,
  dnsTtl60,
  dirtyReads,
  flush0,
  bootstrapFlag,
];
