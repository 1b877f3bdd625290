import { type ServiceFacts, type ServiceName, serviceNames } from "../core/service.ts";
import { pod, router, target } from "../lab/facts.ts";
import { arbitrator } from "./arbitrator/facts.ts";
import { bind } from "./bind/facts.ts";
import { chrony } from "./chrony/facts.ts";
import { consulAgent, consulServer } from "./consul/facts.ts";
import { galera, supervisor } from "./galera/facts.ts";
import { icingaAgent, icingaDb, icingaMaster, icingaSatellite, icingaWeb, redis } from "./icinga/facts.ts";
import { proxy } from "./proxy/facts.ts";
import { receiver } from "./receiver/facts.ts";

/** The facts of every service: pure, so that each room may ask. */
const services: { [Name in ServiceName]: ServiceFacts<Name> } = {
  [router.name]: router,
  [pod.name]: pod,
  [chrony.name]: chrony,
  [consulServer.name]: consulServer,
  [consulAgent.name]: consulAgent,
  [galera.name]: galera,
  [arbitrator.name]: arbitrator,
  [supervisor.name]: supervisor,
  [bind.name]: bind,
  [redis.name]: redis,
  [icingaDb.name]: icingaDb,
  [icingaMaster.name]: icingaMaster,
  [icingaSatellite.name]: icingaSatellite,
  [icingaAgent.name]: icingaAgent,
  [icingaWeb.name]: icingaWeb,
  [proxy.name]: proxy,
  [target.name]: target,
  [receiver.name]: receiver,
};

export const factsOf = (name: ServiceName): ServiceFacts => services[name];

/** All facts, in the order in which the services carry each other. */
export const allFacts: readonly ServiceFacts[] = serviceNames.map(factsOf);

/** The services that vote together with this one, itself included; itself alone when it has no vote. */
export function votersWith(name: ServiceName): ServiceName[] {
  const { vote } = factsOf(name);
  return vote === undefined ? [name] : allFacts.filter((facts) => facts.vote === vote).map((facts) => facts.name);
}

/** The others of them. */
export const othersVoting = (name: ServiceName): ServiceName[] => votersWith(name).filter((each) => each !== name);
