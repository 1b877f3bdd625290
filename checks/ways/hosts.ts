import { proxy } from "../../components/proxy/facts.ts";
import type { Flow } from "../../core/flow.ts";
import { type Inventory, servicesOf } from "../../core/inventory.ts";
import type { Port } from "./way.ts";

type Site = Pick<Inventory, "hosts" | "flows" | "otherFlows" | "services">;

/**
 * Names of the hosts that the declared flows let connect to a port, those first that serve nobody there themselves, and the others in turn, so that not
 * all clients go by one. To the entry, where people come from elsewhere, and to loopback: the hosts of the entry itself.
 */
export function hostsTo(site: Site, { address, port }: Port): string[] {
  const target = site.hosts.findIndex((host) => host.address === address);
  const name = site.hosts[target]?.name;
  const flows = flowsOf(site).filter(
    (flow) => flow.protocol === "tcp" && flow.port === port && flow.to.includes(name!),
  );
  const may = site.hosts
    .map((host) => host.name)
    .filter((host) => host !== name && flows.some(({ from }) => from.includes(host)));
  const serves = (host: string) => flows.some(({ to }) => to.includes(host));
  const [servers, others] = [may.filter(serves), may.filter((host) => !serves(host))];
  const found = [...turned(others, target), ...turned(servers, target)];
  if (found.length > 0) return found;
  const entries = servicesOf(site, proxy.name).map(({ host }) => host);
  return entries.filter((host) => address.startsWith("127.") || host === name);
}

const flowsOf = ({ flows, otherFlows }: Site): Flow[] => [
  ...flows,
  ...(otherFlows?.within ?? []),
  ...(otherFlows?.outside ?? []),
];

const turned = <T>(items: readonly T[], by: number): T[] => {
  const at = items.length > 0 ? by % items.length : 0;
  return [...items.slice(at), ...items.slice(0, at)];
};
