import { consulServer } from "../../components/consul/facts.ts";
import { UserError } from "../../core/errors.ts";
import { type Inventory, servicesOf } from "../../core/inventory.ts";
import { type Problem, report } from "../../core/problem.ts";
import type { Settings } from "../../stacks/settings.ts";
import { LOCAL } from "../setup/docker.ts";

/**
 * Refuses to take so many of Consul's servers away in one run that those which remain are not the majority: new ones come first, and then
 * all that are to go stop at once, which none of them announces.
 *
 * @throws {UserError} before anything is touched
 */
export function mustKeepServers(former: Inventory | undefined, settings: Pick<Settings, "hosts">): void {
  if (!former) return;
  const problem = lostServers(former, settings);
  if (problem) throw new UserError(report(`Settings of "${former.environment}", which is up`, [problem]));
}

/** `former` is what was recorded of the environment as it is. */
export function lostServers(
  former: Pick<Inventory, "environment" | "services">,
  { hosts }: Pick<Settings, "hosts">,
): Problem | undefined {
  const wanted = hosts.filter(({ roles }) => roles.includes(consulServer.role));
  const isWanted = (server: { host: string; address: string; endpoint: string }) =>
    wanted.some(
      ({ name, address, endpoint = LOCAL }) =>
        name === server.host && address === server.address && endpoint === server.endpoint,
    );
  const present = servicesOf(former, consulServer.name);
  const going = present.filter((server) => !isWanted(server));
  const most = Math.min(wanted.length, present.length) - 1;
  if (going.length === 0 || going.length <= most) return undefined;
  return {
    where: "hosts",
    given: `the role discovery on ${wanted.map(({ name }) => name).join(", ")}, so that ${going.length} of ${present.length} servers of Consul go (${going.map(({ host }) => host).join(", ")})`,
    expected: `${most} at the most in one change: one of those that run must stay for the new ones to join, and those that remain must be the majority, or Consul has no leader and no name of the database is found`,
    mend: `change ${most} of them, run trivet up ${former.environment}, then the others`,
  };
}
