import type { Flow } from "../core/flow.ts";
import type { ServiceName } from "./services.ts";

/** Where an environment's services stand: by this a service declares its flows. */
export interface Places {
  /** Every host, in the order of the settings. */
  hosts: readonly { name: string; domain: string }[];
  /**
   * Names of the hosts with the role of any of these services, and of the lab's machines that run one of them, in the order of
   * the settings. A service that runs beside others is not looked for where it only does that: for chrony, the time hosts.
   */
  hostsOf(...services: ServiceName[]): string[];
}

/** Makes the flows that firewalls must let through for a service. Those with no host at one end are left out later. */
export type Flows = (places: Places) => Flow[];
