import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";
import { type Domain, subnetsOf } from "../../core/domain.ts";
import { UserError } from "../../core/errors.ts";
import { docker } from "./docker.ts";
import type { Step } from "./step.ts";

/** A range of addresses that something on this machine uses. */
export interface UsedRange {
  subnet: string;
  /** In words: `the interface eth0`. */
  by: string;
}

/** The lab's subnets collide with nothing that this machine reaches, and with no other network of Docker. */
export const addresses: Step = {
  title: "Address ranges",
  async check(site) {
    if (!site) return undefined;
    const { environment, settings } = site;
    const networks = await docker.listNetworks().catch(() => undefined);
    const others = (networks ?? []).filter(({ Labels }) => Labels?.["io.trivet.environment"] !== environment);
    // A bridge of Docker's is its network's: judged as that. Without the daemon's word, it is left from its last run.
    const isBridge = (name: string) => name === "docker0" || /^br-[0-9a-f]{12}$/.test(name);
    const used = [
      ...interfaces().filter(({ name }) => !isBridge(name)),
      ...routes(await readFile("/proc/net/route", "utf8").catch(() => "")).filter(({ name }) => !isBridge(name)),
      ...others.flatMap(({ Name, IPAM }) =>
        (IPAM?.Config ?? []).flatMap(({ Subnet }) =>
          Subnet ? [{ subnet: Subnet, by: `Docker's network ${Name}` }] : [],
        ),
      ),
    ];
    const collision = firstCollision(settings.domains, used);
    if (!collision) return undefined;
    const { domain, subnet, range } = collision;
    throw new UserError(
      `The subnet ${subnet} of the domain "${domain.name}" overlaps ${range.subnet}, which ${range.by} uses. ` +
        `Remove that, or choose another subnet in stacks/Pulumi.${environment}.yaml (198.18.0.0/15 is for labs).`,
    );
  },
};

/** The first domain whose subnet shares an address with a used range. A range that isn't IPv4 never does. */
export function firstCollision(domains: readonly Domain[], used: readonly UsedRange[]) {
  for (const domain of domains) {
    for (const subnet of subnetsOf(domain)) {
      const range = used.find((each) => overlap(subnet, each.subnet));
      if (range) return { domain, subnet, range };
    }
  }
  return undefined;
}

/** Two subnets share addresses when the wider one holds the other's network address. */
function overlap(a: string, b: string): boolean {
  if (!ipaddr.IPv4.isValidCIDR(a) || !ipaddr.IPv4.isValidCIDR(b)) return false;
  const [[networkA, lengthA], [networkB, lengthB]] = [ipaddr.IPv4.parseCIDR(a), ipaddr.IPv4.parseCIDR(b)];
  return networkA.match(networkB, Math.min(lengthA, lengthB));
}

const interfaces = () =>
  Object.entries(networkInterfaces()).flatMap(([name, given]) =>
    (given ?? []).flatMap(({ family, cidr }) =>
      family === "IPv4" && cidr ? [{ name, subnet: cidr, by: `the interface ${name}` }] : [],
    ),
  );

/** The ranges of a routing table as /proc/net/route shows it, without the default route: that leads anywhere. */
export function routes(table: string): (UsedRange & { name: string })[] {
  return table
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(/\s+/))
    .filter(([, destination]) => destination && destination !== "00000000")
    .map(([name, destination, , , , , , mask]) => ({
      name: name!,
      subnet: `${dotted(destination!)}/${ipaddr.IPv4.parse(dotted(mask!)).prefixLengthFromSubnetMask()}`,
      by: `the route over ${name}`,
    }));
}

/** `0002000A` in the kernel's little-endian hexadecimal is 10.0.2.0. */
const dotted = (hex: string) => Buffer.from(hex, "hex").reverse().join(".");
