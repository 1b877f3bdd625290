import type { Role } from "../../components/services.ts";
import type { Domain } from "../../core/domain.ts";
import type { Flow } from "../../core/flow.ts";
import type { Port } from "../../core/service.ts";

/** A host as the settings have it. */
export interface SubjectHost {
  name: string;
  domain: string;
  address: string;
  endpoint: string;
  roles: readonly Role[];
  /** Database nodes on it, where that is more than its role says: a lab has them all on one machine. */
  databases?: number;
  /** What services of ours take there, each as people know it. */
  ports: readonly (Port & { service: string })[];
  /** Names that programs there ask the host's own resolvers for. */
  names: readonly string[];
}

/** What is judged: hosts, and what the settings want of them. */
export interface Subject {
  environment: string;
  /** The hosts are pods of this machine, which is the only "host" then: nothing between hosts is to be looked at. */
  lab: boolean;
  hosts: readonly SubjectHost[];
  domains: readonly Domain[];
  /** Between hosts, by name; others are addresses or names of servers. */
  flows: readonly Flow[];
  /** Seconds that a clock may be off. */
  time: { warning: number; critical: number };
  database: {
    /** Bytes. */
    bufferPool: number;
    gcache: number;
    connections: number;
    /** Percent of a disk, and how many of its last bytes count; 0 is all. */
    disk: { warning: number; full: number; counted: number };
    profile: "lan" | "wan";
    /** Seconds, by Galera's names, of the profile in use and of `lan`. */
    periods: Periods;
    lan: Periods;
  };
  /** Registries that hosts pull images from, as `host[:port]`. */
  registries: readonly string[];
  /** What images are built for, as `uname -m` says it. */
  machine: string;
}

export interface Periods {
  keepalivePeriod: number;
  suspectTimeout: number;
  joinRetransPeriod: number;
}
