import type * as pulumi from "@pulumi/pulumi";
import type { Role, ServiceName } from "../components/services.ts";
import type { Domain } from "./domain.ts";
import type { Kept } from "./duration.ts";
import type { Flow } from "./flow.ts";

/** A service as the inventory names it: plain values, known before anything is created. */
export interface ServiceRecord {
  service: ServiceName;
  host: string;
  domain: string;
  address: string;
  /** Docker endpoint of the host. */
  endpoint: string;
  /** Container name on that endpoint. */
  container: string;
}

/** How long rows of history are kept. What is older is deleted for good by the daemon that writes the database. */
export interface Retention {
  /**
   * States, notifications, comments, downtimes, …: all that Icinga Web shows of the past.
   * @default "forever"
   * @example "400d"
   */
  history?: Kept;
  /**
   * Only Icinga DB: the smaller rows that reports of availability are made from.
   * @default "forever"
   * @example "800d"
   */
  sla?: Kept;
}

/** Parts of an outage that have a budget; `stacks/settings/schema.ts` says what each means. */
export type BudgetName = "evict" | "check" | "name" | "back" | "lookup" | "write" | "monitor" | "notify" | "takeover";

export interface Credential<T> {
  user: string;
  password: T;
}

/**
 * All that status, checks and day-2 commands know of an environment: the stack output `inventory`. `Secret` is
 * `pulumi.Output<string>` in the program and `string` for a reader who asked for secrets.
 */
export interface Inventory<Secret = string> {
  version: 1;
  environment: string;
  domains: Domain[];
  hosts: { name: string; domain: string; address: string; endpoint: string; roles: Role[] }[];
  services: ServiceRecord[];
  /** The hosts that Icinga watches, as read from the user's own files. */
  watched: { name: string; address: string; domain: string; checks: string[] }[];
  /** Addresses of the DNS servers that every client lists, in order. */
  dnsServers: string[];
  database: {
    /** Its name in Galera; absent in what an earlier version recorded. */
    cluster?: string;
    /** Members of a cluster made by others, which is being taken over; absent where there is none. */
    adopt?: { name: string; address: string; endpoint?: string }[];
    /** Leads to any healthy node. */
    name: string;
    /** Leads to the one healthy node that is to be written to. */
    writerName: string;
    port: number;
    /** Seconds that a node may take to join; absent in what an earlier version recorded. */
    joinTimeout?: number;
    /** Percent of a node's disk from which it is told that it fills, and is full; absent in what an earlier version recorded. */
    disk?: { warning: number; full: number };
    application: Credential<Secret>;
    monitor: Credential<Secret>;
  };
  /** Absent in what an earlier version recorded. */
  discovery?: { datacenter: string };
  /** Host names of the time hosts; how many seconds off their time is worth a warning, and wrong. */
  time: { servers: string[]; warning: number; critical: number };
  /** `api` is a user who only asks. `retention` is absent in what an earlier version recorded: it kept all. */
  icinga: { api: Credential<Secret>; backend: "icingadb" | "ido"; retention?: Retention };
  /** The one address for people. */
  web: { url: string; login: Credential<Secret> };
  /** What must pass between failure domains. */
  flows: Flow[];
  /**
   * What passes between hosts of ours and others, and what is a matter of one domain alone, for firewalls of hosts. Absent in what an
   * earlier version recorded.
   */
  otherFlows?: { outside: Flow[]; within: Flow[] };
  /** Permissions of the chaos suite, and the limits that it judges by. Times are in ms. */
  chaos: {
    /** True, or the names of the experiments that may run; none: it refuses. */
    allowed: boolean | string[];
    /** Failure domains that may be hurt at once. */
    blastRadius: number;
    budgets: Record<BudgetName, number>;
    /** Between two checks of Icinga. */
    checkInterval: number;
  };
}

/** The inventory as the program exports it. */
export type InventoryOutput = Inventory<pulumi.Output<string>>;

/** All containers of these services. */
export const servicesOf = (
  { services }: Pick<Inventory, "services">,
  ...names: readonly ServiceName[]
): ServiceRecord[] => services.filter(({ service }) => names.includes(service));
