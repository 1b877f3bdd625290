import type { ServiceName } from "../components/services.ts";
import type { Inventory, ServiceRecord } from "./inventory.ts";

/** A container's `health` script prints this as one line of JSON. Which facts there are depends on the service. */
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
  /** Names of the outer world that it was told to find and does not, each with why: `pager.corp.internal (SERVFAIL)`. */
  unresolved?: string[];

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

/** One life of a container: from a start to an end. */
export interface Life {
  /** Whether its program runs now. */
  running: boolean;
  /** When this life began, as its daemon writes it: another one after each start. */
  startedAt: string;
  /** How often Docker started it again by itself since somebody started it. */
  restarts: number;
}

/** One look at one container. */
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

/** Something that is not as it should be. Programs decide by its fields; its text is for people alone. */
export interface Problem {
  /** Name of the rule that found it, in kebab-case (`unfit`, `cluster-size`): programs decide by this. */
  rule: string;
  /** Which service does not do what it is for. */
  service: ServiceName;
  /** The one node that it is about; absent when several don't agree. */
  node?: Observation;
  /** A sentence. */
  text: string;
}

/** A service's judgement of all that was observed: it finds what no node can know by itself. Pure. */
export type Judge = (observations: readonly Observation[], inventory: Inventory) => Problem[];
