import { bind, dnsPort } from "../../components/bind/facts.ts";
import { chrony, ntpPort } from "../../components/chrony/facts.ts";
import { ports as consul, consulAgent, consulServer } from "../../components/consul/facts.ts";
import { ports as database, galera } from "../../components/galera/facts.ts";
import {
  apiPort,
  icingaAgent,
  icingaDb,
  icingaMaster,
  icingaSatellite,
  icingaWeb,
  redis,
  redisPort,
  webPort,
} from "../../components/icinga/facts.ts";
import { proxy } from "../../components/proxy/facts.ts";
import { isServiceName, type ServiceName } from "../../components/services.ts";
import { both, dropOn } from "./filter.ts";
import { type Kind, parameter } from "./kind.ts";

/** What each service talks through with others, where it is not said. */
const usual: Partial<Record<ServiceName, readonly number[]>> = {
  [galera.name]: [
    ...[database.client, database.stateTransfer, database.replication, database.incrementalTransfer],
    database.keepers,
  ],
  [consulServer.name]: [consul.rpc, consul.gossip, consul.wideGossip, consul.http, 8501],
  [consulAgent.name]: [consul.gossip, consul.wideGossip, consul.http, 8501],
  [bind.name]: [dnsPort],
  [chrony.name]: [ntpPort],
  [icingaMaster.name]: [apiPort],
  [redis.name]: [6379, redisPort],
  [icingaDb.name]: [database.client, 6379, redisPort],
  [icingaSatellite.name]: [apiPort],
  [icingaAgent.name]: [apiPort],
  [icingaWeb.name]: [webPort, 443],
  [proxy.name]: [webPort, 443, 8080, 8443],
};

export const cutPorts: Kind = {
  name: "cut-ports",
  title: "one service's ports (with: ports), as server and as client; all else of the host goes on",
  levels: ["node", "domain", "all"],
  network: true,
  services: Object.keys(usual).filter(isServiceName),
  script(targets) {
    const ports = parameter(
      targets,
      "ports",
      /^\d+(,\d+){0,14}$/,
      targets.spec.service && usual[targets.spec.service]?.join(),
    );
    return dropOn(targets, () =>
      ["tcp", "udp"].flatMap((protocol) => both(`-p ${protocol} -m multiport --ports ${ports}`)),
    );
  },
};
