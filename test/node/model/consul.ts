import type { Service, Store } from "../../../node/supervisor/situation.ts";
import { linked, type Net } from "./net.ts";
import { between, type Random } from "./random.ts";
import { Violation } from "./violation.ts";

/**
 * Consul, as far as it matters here:
 * 1. Servers stand on the first three hosts. A leader hears a majority of them; where it does not, there is none for an election of 1 to 5 s.
 * 2. An agent that hears the leader reads and writes. One that does not finds out after 5 s (the limit of a blocking query), and a write
 *    that it sends is not done; one whose answer is lost may have been.
 * 3. A host that the leader does not hear is critical after 2 to 4 s. A check's word reaches the servers when its agent does.
 * 4. A session ends with its host's health, with its check, or by word; its lock is free then, without a delay.
 */
export interface Consul {
  net: Net;
  random: Random;
  servers: string[];
  leader?: string;
  leaderAt: number;
  /** No leader, by a fault. */
  headless: number;
  /** Agents that don't run. */
  agentsDown: Map<string, number>;
  index: number;
  serviceIndex: number;
  lock: { session?: string; address?: string; index: number };
  /** The catalog's one entry. */
  named?: string;
  reports: Map<string, { member: string; index: number }>;
  cleared: Map<string, string>;
  sessions: Map<string, string>;
  made: number;
  /** By host, as the servers have it; the agent's own word before that. */
  health: Map<
    string,
    { alive: boolean; lostAt?: number; grace: number; fit: boolean; maintenance: boolean; leaving: boolean }
  >;
  local: Map<string, { fit: boolean; maintenance: boolean; leaving: boolean }>;
}

export function newConsul(net: Net, nodes: readonly string[], random: Random): Consul {
  const servers = net.hosts.slice(0, 3);
  return {
    net,
    random,
    servers: [...servers],
    leader: servers[0],
    leaderAt: 0,
    headless: 0,
    agentsDown: new Map(),
    index: 1,
    serviceIndex: 1,
    lock: { index: 0 },
    reports: new Map(),
    cleared: new Map(),
    sessions: new Map(),
    made: 0,
    health: new Map(
      nodes.map((node) => [node, { alive: true, grace: 3_000, fit: false, maintenance: false, leaving: false }]),
    ),
    local: new Map(nodes.map((node) => [node, { fit: false, maintenance: false, leaving: false }])),
  };
}

const hasMajority = (consul: Consul, host: string): boolean =>
  2 * consul.servers.filter((server) => linked(consul.net, host, server)).length > consul.servers.length;

export const reaches = (consul: Consul, host: string): boolean =>
  consul.leader !== undefined && !consul.agentsDown.has(host) && linked(consul.net, host, consul.leader);

export function advanceConsul(consul: Consul, now: number): void {
  const { leader } = consul;
  if (leader !== undefined && (consul.headless > 0 || !hasMajority(consul, leader))) {
    consul.leader = undefined;
    consul.leaderAt = now + between(consul.random, 10, 50) * 100;
  }
  if (consul.leader === undefined && consul.headless === 0 && now >= consul.leaderAt) {
    consul.leader = consul.servers.find((server) => consul.net.up.has(server) && hasMajority(consul, server));
  }
  if (consul.leader === undefined) return;
  for (const [node, health] of consul.health) {
    if (reaches(consul, node)) {
      const local = consul.local.get(node)!;
      if (
        !health.alive ||
        health.fit !== local.fit ||
        health.maintenance !== local.maintenance ||
        health.leaving !== local.leaving
      ) {
        Object.assign(health, local, { alive: true });
        consul.serviceIndex += 1;
      }
      health.lostAt = undefined;
    } else {
      health.lostAt ??= now;
      if (health.alive && now - health.lostAt >= health.grace) {
        health.alive = false;
        health.grace = between(consul.random, 20, 40) * 100;
        consul.serviceIndex += 1;
      }
    }
  }
  for (const [session, node] of consul.sessions) {
    const health = consul.health.get(node)!;
    if (!health.alive || !health.fit) destroySession(consul, session);
  }
}

export function destroySession(consul: Consul, session: string): void {
  if (!consul.sessions.delete(session)) return;
  if (consul.lock.session === session) consul.lock = { address: consul.lock.address, index: ++consul.index };
}

export const storeOf = (consul: Consul): Store => ({
  lock: consul.lock,
  reports: [...consul.reports].map(([node, { member, index }]) => ({ node, member, index })),
  cleared: [...consul.cleared].map(([key, member]) => {
    const [node, by] = key.split("/") as [string, string];
    return { node, by, member };
  }),
});

export function serviceOf(consul: Consul, node: string): Service {
  const own = consul.health.get(node)!;
  const passes = ({ alive, fit, maintenance, leaving }: typeof own) => alive && fit && !maintenance && !leaving;
  return {
    maintenance: own.leaving ? "leaving" : own.maintenance ? "ours" : "none",
    passing: own.fit,
    others: [...consul.health].filter(([other, health]) => other !== node && passes(health)).length,
  };
}

export function openSession(consul: Consul, node: string): string | undefined {
  const former = [...consul.sessions].find(([, whose]) => whose === node)?.[0];
  if (former) return former;
  const health = consul.health.get(node)!;
  if (!health.alive || !health.fit) return undefined;
  consul.made += 1;
  const session = `session-${consul.made}`;
  consul.sessions.set(session, node);
  return session;
}

/** Lock and name change together, or not at all. */
export function nameWriter(consul: Consul, session: string, address: string): boolean {
  if (!consul.sessions.has(session)) return false;
  if (consul.lock.session !== undefined && consul.lock.session !== session) return false;
  consul.lock = { session, address, index: ++consul.index };
  consul.named = address;
  check(consul);
  return true;
}

export function releaseWriter(consul: Consul, session: string): boolean {
  if (consul.lock.session !== session) return false;
  consul.lock = { address: consul.lock.address, index: ++consul.index };
  return true;
}

export function unnameWriter(consul: Consul, index: number): boolean {
  if (consul.lock.index !== index) return false;
  consul.lock = { session: consul.lock.session, index: ++consul.index };
  consul.named = undefined;
  return true;
}

/** One name, and that of whoever has the lock. */
export function check({ lock, named }: Consul): void {
  if (lock.session !== undefined && lock.address !== named) {
    throw new Violation("two writers", `the lock says ${lock.address}, the name ${named}`);
  }
}
