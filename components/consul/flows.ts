import type { Flow } from "../../core/flow.ts";
import type { Flows } from "../places.ts";
import { consulAgent, consulServer, ports } from "./facts.ts";

export const flows: Flows = ({ hostsOf }) => consulFlows(hostsOf(consulServer.name), hostsOf(consulAgent.name));

/** Flows that firewalls must let through between servers, and between them and all other agents (by name). */
export function consulFlows(servers: string[], agents: string[]): Flow[] {
  const all = [...new Set([...servers, ...agents])];
  return [
    { name: "Consul RPC", protocol: "tcp", port: ports.rpc, from: all, to: servers },
    { name: "Consul gossip", protocol: "tcp", port: ports.gossip, from: all, to: all },
    { name: "Consul gossip", protocol: "udp", port: ports.gossip, from: all, to: all },
    { name: "Consul gossip between servers", protocol: "tcp", port: ports.wideGossip, from: servers, to: servers },
    { name: "Consul gossip between servers", protocol: "udp", port: ports.wideGossip, from: servers, to: servers },
  ];
}
