import ipaddr from "ipaddr.js";

/** A failure domain: what goes down together, and where it is. One of `subnet` and `subnets` is given. */
export interface Domain {
  name: string;
  /** Its only subnet. */
  subnet?: string;
  /** Several of them: racks or floors that share their power, say. Hosts in any of them are in the domain. */
  subnets?: string[];
}

/** All subnets of a domain. */
export const subnetsOf = ({ subnet, subnets }: Pick<Partial<Domain>, "subnet" | "subnets">): string[] =>
  subnets ?? (subnet === undefined ? [] : [subnet]);

/** The one of these subnets, right ones of IPv4, that holds an address. */
export function subnetHolding(subnets: readonly string[], address: string): string | undefined {
  if (!ipaddr.IPv4.isValidFourPartDecimal(address)) return undefined;
  const parsed = ipaddr.IPv4.parse(address);
  return subnets.find((subnet) => parsed.match(ipaddr.IPv4.parseCIDR(subnet)));
}
