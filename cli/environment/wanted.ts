import { isIP } from "node:net";
import { subnetsOf } from "../../core/domain.ts";
import { UserError } from "../../core/errors.ts";
import type { Flow } from "../../core/flow.ts";
import type { Inventory } from "../../core/inventory.ts";
import { openingsOf, type Wanted } from "../../operations/prepare/index.ts";
import { allFlows, operator, people } from "../../stacks/flows-outside.ts";
import type { Environment } from "../../stacks/settings.ts";

/**
 * How each real host of an environment should be, domain by domain. What runs there by other settings goes on to need its own connections
 * until an `up` has changed it: they stay open.
 *
 * @param only one of the hosts, by its name
 * @param recorded what runs, if anything does
 * @throws {UserError} of a lab, or where there is no host of that name
 */
export function wantedHosts(
  environment: string,
  { settings, watched }: Environment,
  { only, recorded }: { only?: string; recorded?: Inventory } = {},
): Wanted[] {
  if (settings.lab) {
    throw new UserError(
      `"${environment}" is a lab: its hosts are pods of this machine, made by trivet up. Expected an environment of real hosts, each with an endpoint: trivet init makes one.`,
    );
  }
  const { hosts, domains } = settings;
  if (only !== undefined && !hosts.some(({ name }) => name === only)) {
    throw new UserError(
      `There is no host "${only}" in "${environment}". Expected one of ${hosts.map(({ name }) => name).join(", ")}.`,
    );
  }
  const flows = allFlows(settings, watched);
  const present = recorded ? byAddress(recorded) : [];
  const addresses = new Map([...watched, ...hosts].map(({ name, address }) => [name, address]));
  const others = [...addresses.values(), ...settings.dns.upstream, ...settings.time.upstream];
  const site = [...domains.flatMap(subnetsOf), ...others.filter((address) => isIP(address) > 0)];
  return domains
    .flatMap(({ name }) => hosts.filter(({ domain }) => domain === name))
    .filter(({ name }) => only === undefined || name === only)
    .map((host) => ({
      environment,
      name: host.name,
      domain: host.domain,
      endpoint: host.endpoint!,
      openings: openingsOf(host, [...flows, ...present], addresses, anybody),
      declared: openingsOf(host, flows, addresses, anybody),
      site: [...new Set(site)],
    }));
}

const anybody = [operator, people];

/** The connections of what runs, from addresses: a host may have another one by now, or be none. */
function byAddress({ hosts, watched, flows, otherFlows }: Inventory): Flow[] {
  const addresses = new Map([...watched, ...hosts].map(({ name, address }) => [name, address]));
  const source = (name: string) => (anybody.includes(name) ? name : (addresses.get(name) ?? name));
  return [...flows, ...(otherFlows?.within ?? []), ...(otherFlows?.outside ?? [])].flatMap((flow) =>
    // One flow for each, since the host itself is left out by its name.
    flow.to.map((to) => ({
      ...flow,
      from: flow.from
        .filter((name) => name !== to)
        .map(source)
        .filter((from) => anybody.includes(from) || isIP(from) > 0),
      to: [to],
    })),
  );
}
