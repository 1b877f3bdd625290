import { ports as consul } from "../consul/facts.ts";
import { dnsPort } from "./facts.ts";
/** Configures a forwarding name server; addresses and subnets are IPv4. */
export interface ForwarderConfig {
  /** Subnets in CIDR notation whose hosts may ask. */
  clients: string[];
  /** The domain that is asked of Consul, without dots around it. */
  domain: string;
  /** Servers asked for all other names; with none, other names have no answer. */
  forwarders: string[];
  /** Whether what they answer must be proved by DNSSEC. */
  validate: boolean;
  /** Domains that need no proof: the root does not know of them. */
  unsigned: string[];
}

/**
 * named.conf. Answers live for two seconds at the most, and nothing is remembered as failed: the name of the database
 * must follow the database. Without forwarders an empty root that delegates only `.consul` answers every other name at
 * once, where a resolver cut off from the internet would try the root servers for ten seconds. Why forwarders are believed without a proof:
 * docs/decisions/0036.
 */
export function namedConf({ clients, domain, forwarders, validate, unsigned }: ForwarderConfig): string {
  const others =
    forwarders.length > 0
      ? `zone "." { type forward; forward only; forwarders { ${forwarders.map((server) => `${server}; `).join("")}}; };`
      : `zone "." { type primary; file "/etc/bind/empty-root"; };`;
  return `acl ours { 127.0.0.0/8; ${clients.map((subnet) => `${subnet}; `).join("")}};
options {
  directory "/var/cache/bind";
  pid-file "/run/named/named.pid";
  listen-on port ${dnsPort} { any; };
  listen-on-v6 { none; };
  recursion yes;
  allow-query { ours; };
  allow-recursion { ours; };
  allow-query-cache { ours; };
  dnssec-validation ${validate && forwarders.length > 0 ? "auto" : "no"};
  validate-except { ${[domain, ...unsigned].map((name) => `"${name}"; `).join("")}};
  max-cache-ttl 2;
  max-ncache-ttl 1;
  servfail-ttl 0;
};
zone "${domain}" { type forward; forward only; forwarders { 127.0.0.1 port ${consul.dns}; }; };
${others}
`;
}

/** The root zone of a site without upstream servers: nothing but the delegation that lets \`domain\` be forwarded. */
export function emptyRootZone(domain: string): string {
  return `$TTL 1
@ IN SOA localhost. root.localhost. 1 3600 600 86400 1
@ IN NS localhost.
localhost. IN A 127.0.0.1
${domain}. IN NS localhost.
`;
}
