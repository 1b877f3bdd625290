import { handsOver, type ServiceFacts, tcp, udp } from "../../core/service.ts";

export const ports = {
  rpc: 8300,
  gossip: 8301,
  /** Between servers of different sites. */
  wideGossip: 8302,
  http: 8500,
  /** Consul's own DNS, which BIND asks on the same host. */
  dns: 8600,
} as const;

/** Its HTTP API, as processes of the same host reach it. */
export const api = `http://127.0.0.1:${ports.http}/v1`;

const ofAll = [tcp(ports.gossip), tcp(ports.http), tcp(ports.dns), udp(ports.gossip), udp(ports.dns)];

export const consulServer = {
  name: "consul-server",
  title: "Consul",
  kind: "product",
  role: "discovery",
  purpose: "A Consul server with BIND beside it.",
  image: { name: "consul", folder: "components/consul/image" },
  capabilities: handsOver,
  ports: [...ofAll, tcp(ports.rpc), tcp(ports.wideGossip), udp(ports.wideGossip)],
  vote: "discovery",
  domains: 3,
  endsLast: 6,
} as const satisfies ServiceFacts;

export const consulAgent = {
  name: "consul-agent",
  title: "Consul agent",
  kind: "product",
  role: "database",
  image: { name: "consul", folder: "components/consul/image" },
  capabilities: handsOver,
  unless: "discovery",
  beside: true,
  ports: ofAll,
  endsLast: 5,
} as const satisfies ServiceFacts;

/** In the order in which they carry each other. */
export const services = [consulServer, consulAgent] as const;
