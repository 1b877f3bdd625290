import { UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";
import { connectionsExhausted } from "./database/connections-exhausted.ts";
import { databaseAllKilled } from "./database/database-all-killed.ts";
import { databaseAllStopped } from "./database/database-all-stopped.ts";
import { databaseCrash } from "./database/database-crash.ts";
import { databaseCutIn } from "./database/database-cut-in.ts";
import { databaseCutOut } from "./database/database-cut-out.ts";
import { databaseDiskFull } from "./database/database-disk-full.ts";
import { databaseHostCutOff } from "./database/database-host-cut-off.ts";
import { databaseKill } from "./database/database-kill.ts";
import { databaseKillOther } from "./database/database-kill-other.ts";
import { databaseLinkCut } from "./database/database-link-cut.ts";
import { databaseLoss } from "./database/database-loss.ts";
import { databaseMemory } from "./database/database-memory.ts";
import { databaseOutage } from "./database/database-outage.ts";
import { databasePause } from "./database/database-pause.ts";
import { databasePortsCut } from "./database/database-ports-cut.ts";
import { databasePowerCut } from "./database/database-power-cut.ts";
import { databasePowerCutAll } from "./database/database-power-cut-all.ts";
import { databaseQuorumLoss } from "./database/database-quorum-loss.ts";
import { databaseRestartLoop } from "./database/database-restart-loop.ts";
import { databaseRing } from "./database/database-ring.ts";
import { databaseSlowLink } from "./database/database-slow-link.ts";
import { databaseStarved } from "./database/database-starved.ts";
import { databaseStop } from "./database/database-stop.ts";
import { consulAgentKill } from "./discovery/consul-agent-kill.ts";
import { consulAllRestart } from "./discovery/consul-all-restart.ts";
import { consulLeaderCutOff } from "./discovery/consul-leader-cut-off.ts";
import { consulLeaderKill } from "./discovery/consul-leader-kill.ts";
import { consulLeaderPause } from "./discovery/consul-leader-pause.ts";
import { consulQuorumLoss } from "./discovery/consul-quorum-loss.ts";
import { dnsServerKill } from "./discovery/dns-server-kill.ts";
import { dnsServerPause } from "./discovery/dns-server-pause.ts";
import { dnsServerSilent } from "./discovery/dns-server-silent.ts";
import { dnsServerWrong } from "./discovery/dns-server-wrong.ts";
import { dnsServersTwoDead } from "./discovery/dns-servers-two-dead.ts";
import { domainCutOff } from "./domains/domain-cut-off.ts";
import { domainOfWriterCutOff } from "./domains/domain-of-writer-cut-off.ts";
import { domainPowerCut } from "./domains/domain-power-cut.ts";
import { domainsLinkCut } from "./domains/domains-link-cut.ts";
import { everythingAtOnce } from "./domains/everything-at-once.ts";
import { everythingPowerCut } from "./domains/everything-power-cut.ts";
import type { Experiment, LeftOut } from "./experiment.ts";
import { entryCrash } from "./monitoring/entry-crash.ts";
import { icingaHostKill } from "./monitoring/icinga-host-kill.ts";
import { icingaMasterKill } from "./monitoring/icinga-master-kill.ts";
import { icingaRedisKill } from "./monitoring/icinga-redis-kill.ts";
import { icingadbDatabaseLink } from "./monitoring/icingadb-database-link.ts";
import { icingadbKill } from "./monitoring/icingadb-kill.ts";
import { manyHostsCutOff } from "./monitoring/many-hosts-cut-off.ts";
import { satelliteKill } from "./monitoring/satellite-kill.ts";
import { webFrontKill } from "./monitoring/web-front-kill.ts";
import { webFrontPause } from "./monitoring/web-front-pause.ts";
import { clock1900 } from "./time/clock-1900.ts";
import { clockBack } from "./time/clock-back.ts";
import { clockDrift } from "./time/clock-drift.ts";
import { clockHostBack } from "./time/clock-host-back.ts";
import { timeDead } from "./time/time-dead.ts";
import { timeLying } from "./time/time-lying.ts";
import { timeUnreachable } from "./time/time-unreachable.ts";

export type { Experiment, LeftOut, Scene } from "./experiment.ts";
export { oneOf } from "./targets.ts";

/** All experiments, in the order in which they run. */
export const experiments: readonly Experiment[] = [
  databaseKill,
  databaseKillOther,
  databaseCrash,
  databasePause,
  databaseStop,
  databaseRestartLoop,
  databaseOutage,
  databaseHostCutOff,
  databaseCutIn,
  databaseCutOut,
  databasePortsCut,
  databaseLinkCut,
  databaseRing,
  databaseQuorumLoss,
  databaseAllKilled,
  databaseAllStopped,
  databasePowerCut,
  databasePowerCutAll,
  databaseDiskFull,
  connectionsExhausted,
  databaseSlowLink,
  databaseLoss,
  databaseStarved,
  databaseMemory,
  dnsServerKill,
  dnsServerPause,
  dnsServerSilent,
  dnsServerWrong,
  dnsServersTwoDead,
  consulLeaderKill,
  consulLeaderPause,
  consulLeaderCutOff,
  consulQuorumLoss,
  consulAllRestart,
  consulAgentKill,
  icingaMasterKill,
  icingaHostKill,
  icingaRedisKill,
  icingadbKill,
  icingadbDatabaseLink,
  satelliteKill,
  manyHostsCutOff,
  webFrontKill,
  webFrontPause,
  entryCrash,
  domainCutOff,
  domainOfWriterCutOff,
  domainPowerCut,
  domainsLinkCut,
  everythingPowerCut,
  everythingAtOnce,
  clock1900,
  clockBack,
  clockHostBack,
  clockDrift,
  timeDead,
  timeUnreachable,
  timeLying,
];

/** Experiments by name, in the order of the list above. @throws {UserError} on a name that is none */
export function named(names: readonly string[]): Experiment[] {
  const stranger = names.find((name) => !experiments.some((experiment) => experiment.name === name));
  if (stranger) {
    throw new UserError(
      `There is no experiment "${stranger}": expected one or more of ${experiments.map(({ name }) => name).join(", ")}.`,
    );
  }
  return experiments.filter(({ name }) => names.includes(name));
}

/** Which of some an environment can't have, and why. */
export function leftOut({ services, icinga }: Inventory, some: readonly Experiment[] = experiments): LeftOut[] {
  const there = new Set(services.map(({ service }) => service));
  return some.flatMap(({ name, needs = [] }) => {
    const missing = needs.filter((service) => !there.has(service));
    if (missing.length === 0) return [];
    return [{ name, reason: `no ${missing.join(", no ")} is there (monitoring.backend is ${icinga.backend})` }];
  });
}
