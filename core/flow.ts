import type { Port } from "./service.ts";

/** A flow that a site's firewall must let through. Within one domain nothing is filtered. */
export interface Flow {
  /** Its purpose, in words: `"Galera replication"`. */
  name: string;
  protocol: "tcp" | "udp" | "icmp";
  /** Destination port; absent for icmp. */
  port?: number;
  /** Names of hosts. */
  from: string[];
  to: string[];
}

/** A flow to a port, from and to hosts by their names. */
export const flow = (name: string, { protocol, port }: Port, from: string[], to: string[]): Flow => ({
  name,
  protocol,
  port,
  from,
  to,
});
