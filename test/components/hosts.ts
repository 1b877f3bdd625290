import type { Host } from "../../core/host.ts";

/** A host in a failure domain, as a site or the lab would give it. */
export const host = (name: string, domain: string, address: string): Host => ({
  name,
  domain,
  address,
  environment: "t",
  endpoint: "unix:///var/run/docker.sock",
  networkMode: `container:${name}-pod`,
});

/** One host in each of three domains: `db1` at 198.18.1.11 and so on. */
export const three = (prefix: string, last: number): Host[] =>
  [1, 2, 3].map((n) => host(`${prefix}${n}`, `fd${n}`, `198.18.${n}.${last}`));
