import type { ServiceRecord } from "../core/inventory.ts";
import type { ServiceName } from "../core/service.ts";
import type { Life } from "../hosts/life.ts";

/** What a container's `health` script says: one line of JSON. Which facts there are depends on the service. */
export interface Health {
  /** One or two words. */
  state: string;
  /** A short sentence. */
  detail: string;

  // galera
  /** `wsrep_cluster_status`; `Primary` in the part of the cluster that may write. */
  clusterStatus?: string;
  /** `wsrep_local_state`; 4 is Synced: the node is up to date. */
  localState?: number;
  ready?: boolean;
  clusterSize?: number;
  readOnly?: boolean;
  clusterUuid?: string;
  /** Seconds, signed: the database's clock against the site's time. */
  clock?: number;

  // consul-server, consul-agent
  /** Address of the cluster's leader; empty when it has none. */
  leader?: string;
  isLeader?: boolean;
  /** Servers that have a vote; told by servers. */
  voters?: number;

  // bind
  /** Sorted addresses that this server gives for the database's name. */
  answers?: string[];

  // chrony
  /** Seconds, signed: the system clock against its source. */
  offset?: number;

  // icinga-master, icinga-satellite, icinga-agent
  connected?: string[];
  notConnected?: string[];
  /** icinga-master: what its notifier says of itself; times in seconds, counts since its start, what was given up in the last hour. */
  notifications?: { waiting: number; oldest: number; told: number; givenUp: number; problems: string[] };
  /** Backend `ido`: whether this master is the one that writes to the database. */
  idoActive?: boolean;

  // icingadb
  /** Whether this instance is the one that writes to the database. */
  responsible?: boolean;

  // icingaweb
  /** HTTP status of the login page. */
  status?: number;
  database?: boolean;

  // proxy
  backendsUp?: number;
}

/** What was found out about one container. */
export interface Observation {
  service: ServiceRecord;
  /**
   * `running`: its health script was asked. Otherwise Docker's own word (`exited`, `restarting`, …), `missing` when there
   * is no such container, `unreachable` when its Docker daemon does not answer.
   */
  container: string;
  /** Whether the health script exited with 0: this node by itself is fit. */
  fit: boolean;
  /** Absent when the script could not be asked, or printed no such thing. */
  health?: Health;
  /** Why there is no health. */
  error?: string;
  /** Its present life; absent when it has run for a minute. */
  life?: Life;
  /** Docker had to start it again a moment ago: why, with the last error of its log. */
  ended?: string;
}

/** What a problem is judged by; each is a reason of its own for a program to decide by. */
export type RuleName =
  /** Its own health script says so, or it can't be asked. */
  | "unfit"
  /** It has not run for long enough to be believed. */
  | "unsteady"
  // of the database
  | "component"
  | "synced"
  | "ready"
  | "writable"
  | "cluster-size"
  | "one-cluster"
  // of Consul
  | "one-leader"
  | "leader"
  | "voters"
  // of DNS
  | "names"
  // of Icinga
  | "connected"
  | "other-master"
  | "notifications"
  | "one-writer"
  // of the web
  | "page"
  | "web-database"
  | "backends"
  // of time
  | "clock";

/** Something that is not as it should be. Programs decide by its fields; its text is for people alone. */
export interface Problem {
  rule: RuleName;
  /** Which service does not do what it is for. */
  service: ServiceName;
  /** The one node that it is about; absent when several don't agree. */
  node?: Observation;
  /** A sentence. */
  text: string;
}
