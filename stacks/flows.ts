import { flows as bind } from "../components/bind/flows.ts";
import { flows as chrony } from "../components/chrony/flows.ts";
import { flows as consul } from "../components/consul/flows.ts";
import { flows as galera } from "../components/galera/flows.ts";
import { flows as icinga, watchFlows } from "../components/icinga/flows.ts";
import type { WatchedHost } from "../components/icinga/watched.ts";
import type { Flows, Places } from "../components/places.ts";
import { flows as proxy } from "../components/proxy/flows.ts";
import { comesWith, factsOf } from "../components/services.ts";
import type { Flow } from "../core/flow.ts";
import { machineKinds } from "./machines.ts";
import type { Settings } from "./settings.ts";

/**
 * All flows that the sites' firewalls must let through between failure domains; the lab's router lets through nothing else.
 * Within one domain nothing is filtered, so the checks of a domain's satellite need no flow. Each service declares its own.
 * Their order is that of the router's rules: another order would change every lab.
 */
export function flowsOf(
  settings: Pick<Settings, "hosts" | "monitoring" | "lab">,
  watched: readonly WatchedHost[],
): Flow[] {
  const declared: Flows[] = [
    galera,
    consul,
    bind,
    chrony,
    icinga(settings.monitoring.backend),
    proxy,
    watchFlows(watched),
    ...machineKinds.flatMap(({ flows }) => flows ?? []),
  ];
  const places = placesOf(settings);
  return declared.flatMap((flows) => flows(places)).filter(({ from, to }) => from.length > 0 && to.length > 0);
}

const placesOf = ({ hosts, lab }: Pick<Settings, "hosts" | "lab">): Places => ({
  hosts,
  hostsOf(...services) {
    const facts = services.map(factsOf);
    const isOne = ({ roles }: Settings["hosts"][number]) => facts.some((each) => comesWith(each, roles));
    const machines = lab ? machineKinds.filter(({ service }) => services.includes(service)) : [];
    return [...hosts.filter(isOne), ...machines.flatMap(({ places }) => places(lab!))].map(({ name }) => name);
  },
});
