import ipaddr from "ipaddr.js";

/** The range for labs (RFC 2544), in blocks of sixteen networks of 256 addresses. */
const blocks = Array.from({ length: 32 }, (_, index) => ({ second: 18 + (index >> 4), third: (index & 15) * 16 }));

/** Subnets for the domains of a lab, side by side, that share no address with `used`; fewer than asked for when there is no room. */
export function freeSubnets(count: number, used: readonly string[]): string[] {
  const taken = used.filter((subnet) => ipaddr.IPv4.isValidCIDR(subnet)).map((subnet) => ipaddr.IPv4.parseCIDR(subnet));
  const isFree = (subnet: string) => {
    const [network, bits] = ipaddr.IPv4.parseCIDR(subnet);
    return taken.every(([other, otherBits]) => !network.match(other, Math.min(bits, otherBits)));
  };
  for (const { second, third } of blocks) {
    const subnets = Array.from(
      { length: Math.min(count, 15) },
      (_, index) => `198.${second}.${third + 1 + index}.0/24`,
    );
    if (subnets.every(isFree)) return subnets;
  }
  return [];
}
