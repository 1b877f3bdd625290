/** Why some hosts can't be those that vote together. */
export type VoteFault<Host> =
  /** An even number tolerates no more losses than the odd one below it, and less than three none: `more` make it right. */
  | { is: "count"; more: number }
  /** With one domain its majority is lost: `more` of these are too many there. */
  | { is: "majority"; domain: string; there: Host[]; more: number };

/** The rule of every service that votes: an odd number of hosts, three at least, and no failure domain with a majority of them. */
export function voteFaults<Host extends { domain?: string }>(hosts: readonly Host[]): VoteFault<Host>[] {
  const faults: VoteFault<Host>[] = [];
  if (hosts.length < 3 || hosts.length % 2 === 0) faults.push({ is: "count", more: Math.max(3 - hosts.length, 1) });
  for (const [domain, there] of Map.groupBy(hosts, (host) => host.domain)) {
    const more = there.length - Math.floor(hosts.length / 2);
    // Where a domain is not known yet, somebody else says so; and one host alone is told by the count.
    if (domain !== undefined && hosts.length > 1 && more > 0) faults.push({ is: "majority", domain, there, more });
  }
  return faults;
}
