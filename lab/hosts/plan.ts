import ipaddr from "ipaddr.js";
import { type Domain, subnetHolding, subnetsOf } from "../../core/domain.ts";
import { UserError } from "../../core/errors.ts";
import { nthAddress } from "../addresses.ts";

/** A machine of the bed, and how the settings say that it is reached. */
export interface BedHost {
  name: string;
  domain: string;
  address: string;
  network: BedNetwork;
  endpoint: string;
  user: string;
  /** As the endpoint names it: an address, or a name that only `ssh` knows. */
  target: string;
  port: number;
  /** Of the container that stands for the machine. */
  container: string;
  /** For the data of its Docker daemon. */
  volume: string;
}

/** A subnet of a domain. */
export interface BedNetwork {
  name: string;
  domain: string;
  subnet: string;
  /** The router's address, which hosts send to what is elsewhere. */
  router: string;
  /** Docker wants one for itself, and uses it for nothing. */
  reserved: string;
}

/** Machines that stand for the real hosts of an environment. */
export interface Bed {
  environment: string;
  domains: readonly Domain[];
  networks: BedNetwork[];
  hosts: BedHost[];
  router: string;
}

interface Given {
  lab?: unknown;
  domains: readonly Domain[];
  hosts: readonly { name: string; domain: string; address: string; endpoint?: string }[];
}

/** Everything of a bed has this label, with the environment's name; it is none of the environment's own. */
export const BED = "io.trivet.bed";

/**
 * What is to be made for the hosts of an environment.
 *
 * @throws {UserError} for a lab, and for hosts that no container can stand for
 */
export function planBed(environment: string, { lab, domains, hosts }: Given): Bed {
  if (lab) {
    throw new UserError(
      `"${environment}" is a lab: its hosts are pods of this machine. Expected an environment of real hosts, such as staging, whose hosts have an "endpoint" by SSH.`,
    );
  }
  const own = (name: string) => `trivet-bed-${environment}-${name}`;
  const networks = domains.flatMap((domain) =>
    subnetsOf(domain).map((subnet, n) => ({
      ...{ name: own(n === 0 ? domain.name : `${domain.name}-${n + 1}`), domain: domain.name, subnet },
      ...{ router: nthAddress(subnet, 1), reserved: nthAddress(subnet, -1) },
    })),
  );
  return {
    environment,
    ...{ domains, networks },
    router: own("router"),
    hosts: hosts.map(({ name, domain, address, endpoint = "" }) => {
      const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
      if (url?.protocol !== "ssh:") {
        throw new UserError(
          `The host "${name}" has the endpoint "${endpoint}": a bed's hosts are reached by SSH, expected "ssh://user@${address}".`,
        );
      }
      const near = networks.filter((network) => network.domain === domain);
      const held = subnetHolding(
        near.map(({ subnet }) => subnet),
        address,
      );
      const network = near.find(({ subnet }) => subnet === held);
      if (!network) {
        throw new UserError(
          `The host "${name}" has the address ${address}: expected one in ${near.map(({ subnet }) => subnet).join(" or ")}, where its domain "${domain}" is.`,
        );
      }
      const { router, reserved } = network;
      if ([router, reserved].includes(address)) {
        throw new UserError(
          `The host "${name}" has the address ${address}, which a bed ${address === router ? "has its router at" : "can't give away"}: choose another one of the domain "${domain}".`,
        );
      }
      const target = url.hostname;
      if (ipaddr.IPv4.isValid(target) && target !== address) {
        throw new UserError(
          `The host "${name}" has the address ${address} and the endpoint ${endpoint}: in a bed it has one address only.`,
        );
      }
      const user = decodeURIComponent(url.username);
      return {
        ...{ name, domain, address, network, endpoint, user, target },
        port: Number(url.port || 22),
        container: own(name),
        volume: `${own(name)}-docker`,
      };
    }),
  };
}
