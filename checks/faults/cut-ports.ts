import { both, dropOn } from "./filter.ts";
import { type Kind, parameter } from "./kind.ts";

/** What each service talks through with others, where it is not said. */
const usual: Record<string, string> = {
  galera: "3306,4444,4567,4568",
  "consul-server": "8300,8301,8302,8500,8501",
  "consul-agent": "8301,8302,8500,8501",
  bind: "53",
  chrony: "123",
  "icinga-master": "5665",
  redis: "6379,6380",
  icingadb: "3306,6379,6380",
  "icinga-satellite": "5665",
  "icinga-agent": "5665",
  icingaweb: "80,443",
  proxy: "80,443,8080,8443",
};

export const cutPorts: Kind = {
  name: "cut-ports",
  title: "one service's ports (with: ports), as server and as client; all else of the host goes on",
  levels: ["node", "domain", "all"],
  services: Object.keys(usual),
  script(targets) {
    const ports = parameter(targets, "ports", /^\d+(,\d+){0,14}$/, usual[targets.spec.service ?? ""]);
    return dropOn(targets, () =>
      ["tcp", "udp"].flatMap((protocol) => both(`-p ${protocol} -m multiport --ports ${ports}`)),
    );
  },
};
