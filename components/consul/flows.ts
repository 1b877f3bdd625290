import type { Flow } from "../../core/flow.ts";

/** What firewalls must let through between servers, and between them and all other agents (by name). */
export function consulFlows(servers: string[], agents: string[]): Flow[] {
  const all = [...new Set([...servers, ...agents])];
  return [
    { name: "Consul RPC", protocol: "tcp", port: 8300, from: all, to: servers },
    { name: "Consul gossip", protocol: "tcp", port: 8301, from: all, to: all },
    { name: "Consul gossip", protocol: "udp", port: 8301, from: all, to: all },
    { name: "Consul gossip between servers", protocol: "tcp", port: 8302, from: servers, to: servers },
    { name: "Consul gossip between servers", protocol: "udp", port: 8302, from: servers, to: servers },
  ];
}
