import { isIP } from "node:net";
import { subnetsOf } from "../../core/domain.ts";
import { UserError } from "../../core/errors.ts";
import { openingsOf, type Wanted } from "../../operations/prepare/index.ts";
import { allFlows, operator, people } from "../../stacks/flows-outside.ts";
import type { Environment } from "../../stacks/settings.ts";

/**
 * How each real host of an environment should be, domain by domain.
 *
 * @param only one of the hosts, by its name
 * @throws {UserError} of a lab, or where there is no host of that name
 */
export function wantedHosts(environment: string, { settings, watched }: Environment, only?: string): Wanted[] {
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
      openings: openingsOf(host, flows, addresses, [operator, people]),
      site: [...new Set(site)],
    }));
}
