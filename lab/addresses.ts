import ipaddr from "ipaddr.js";

/** The n-th address of a subnet in CIDR notation; from its end when n is negative, -1 being the last one that a host may have. */
export function nthAddress(subnet: string, n: number): string {
  const end = n < 0 ? ipaddr.IPv4.broadcastAddressFromCIDR(subnet) : ipaddr.IPv4.networkAddressFromCIDR(subnet);
  const number = end.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0) + n;
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}
