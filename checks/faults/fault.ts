import type { ServiceName } from "../../components/services.ts";

/**
 * One fault on one Docker endpoint, ready to run: bash for the guard (see `checks/guard`), which has the `docker` command,
 * `nsenter` and the tools of a Debian base. A fault ships with its healing. Every part is safe to run twice, and `heal` when
 * `inject` never ran or ran half.
 */
export interface Fault {
  /** Unique in an experiment, for people: `kill -9 galera on db1`. */
  id: string;
  /** Catalogue name: `kill`. */
  name: string;
  /** Docker endpoint of its targets. */
  endpoint: string;
  /** Names of the hosts that it hurts. */
  hosts: string[];
  /** Clients that go by these hosts to others would meet it, too. */
  network?: true;
  /** Made ready before the steady-state gate (a data volume moved to a file system of its own). */
  prepare?: string;
  inject: string;
  /** Exits with 0 when the fault is really there. */
  injected?: string;
  heal: string;
  /** Exits with 0 when nothing of it is left. The environment may still need time to settle. */
  healed: string;
  /** Undoes `prepare`, after the experiment. */
  restore?: string;
}

/** What to break, as an experiment names it. */
export interface FaultSpec {
  /** A name of the catalogue: `kill`, `cut-off`, `clock`. */
  fault: string;
  /** Host names. */
  hosts: string[];
  /** Absent for faults of a whole host or of links. */
  service?: ServiceName;
  /** Parameters of that fault: `{ peers: "db2,db3" }`, `{ rate: "64kbit" }`, `{ offset: "+1900" }`. */
  with?: Record<string, string | number>;
}
