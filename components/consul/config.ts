import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../core/host.ts";
import { ports } from "./facts.ts";

/** A service that Consul names on some hosts, as long as its check passes there. */
export interface ServiceRegistration {
  name: string;
  /**
   * More names of the service: `<tag>.<name>.service.consul`.
   * @default none
   * @example ["galera"]
   */
  tags?: string[];
  hosts: Host[];
  port: number;
  check: {
    /**
     * What it tells of.
     * @default "fit", for which others are sent there
     * @example "room"
     */
    about?: string;
    /**
     * Text of a script; exit code 0 passes, 1 warns (and leaves the name as 2 does), 2 is critical. Run by Consul's user on the host itself.
     * Either this or `http`.
     * @default none
     * @example "#!/bin/sh\ntest -e /run/orders.ready || exit 2\n"
     */
    script?: string;
    /**
     * The address that is asked in its place, by GET: a status of 2xx passes, 429 warns, all else is critical, as is no answer in time.
     * @default none
     * @example "http://127.0.0.1:4570/consul"
     */
    http?: string;
    /** With a unit, as Consul writes durations: `"2s"`. */
    interval: string;
    timeout: string;
    /**
     * Files that the script needs, by name under /etc/consul.d/trivet; readable by Consul's user only.
     * @default none
     * @example { "orders-db.cnf": "[client]\n" }
     */
    files?: Record<string, pulumi.Input<string>>;
  };
}

export interface AgentConfig {
  nodeName: string;
  address: string;
  datacenter: string;
  /** Addresses of the servers, to join by. */
  servers: string[];
  /** Gossip key: 32 bytes in base64. */
  encrypt: string;
  /** Servers only: 1 to 10, the lower the sooner a dead leader is replaced. */
  raftMultiplier?: number;
  /** Upstream DNS servers for names outside `.consul`. */
  recursors?: string[];
  services: ServiceRegistration[];
  /** For how long an answer may be believed, by the service's name: `"0s"`. One second unless given. */
  serviceTtl?: Record<string, string>;
}

/** The agent's agent.json; valid for Consul 1.8 and newer. A server is one whose `raftMultiplier` is given. */
export function agentJson(agent: AgentConfig): string {
  const server = agent.raftMultiplier !== undefined;
  return `${JSON.stringify(
    {
      node_name: agent.nodeName,
      datacenter: agent.datacenter,
      server,
      ...(server && {
        bootstrap_expect: agent.servers.length,
        performance: { raft_multiplier: agent.raftMultiplier },
      }),
      bind_addr: agent.address,
      client_addr: "127.0.0.1",
      ports: { dns: ports.dns },
      // A host that is gone with its agent is out of the name when its agent is given up: Consul's own figures (a probe each
      // second, suspicion times 4) take 8 to 14 s for that.
      gossip_lan: { probe_interval: "500ms", probe_timeout: "300ms", suspicion_mult: 3 },
      retry_join: agent.servers,
      retry_interval: "1s",
      encrypt: agent.encrypt,
      encrypt_verify_incoming: true,
      encrypt_verify_outgoing: true,
      disable_update_check: true,
      log_level: "info",
      // A server's restart is no departure: one that left on every stop would change the quorum. An agent that is told to stop
      // takes its services out of the name at once, and does not linger among the members when its host is taken away.
      leave_on_terminate: !server,
      skip_leave_on_interrupt: true,
      enable_local_script_checks: true,
      // A check that goes on failing for another reason says so, not five minutes later.
      check_update_interval: "10s",
      recursors: agent.recursors ?? [],
      // An unfit node is never named, and an answer is not believed for longer than a second; that there is none, not at all: after
      // an outage of all nodes the first fit one is found at once.
      dns_config: {
        only_passing: true,
        allow_stale: true,
        node_ttl: "1s",
        service_ttl: { "*": "1s", ...agent.serviceTtl },
        soa: { min_ttl: 0 },
      },
      services: agent.services.map(({ name, tags, port, check }) => ({
        id: name,
        name,
        tags: tags ?? [],
        address: agent.address,
        port,
        checks: [
          {
            id: `${name}-${check.about ?? "fit"}`,
            name: `${name}: ${check.about ?? "fit"}`,
            // As long as it has not run yet after a start it is critical: nobody is sent to a node of which nothing is known. A reload keeps
            // what the check of that id said before, of whatever kind it was.
            ...(check.http === undefined ? { args: [checkPath(name)] } : { http: check.http, method: "GET" }),
            interval: check.interval,
            timeout: check.timeout,
          },
        ],
      })),
    },
    null,
    2,
  )}\n`;
}

/** Where the check script of a service lies in the container. */
export const checkPath = (service: string): string => `/etc/consul.d/trivet/check-${service}`;
