import type { Role } from "../../components/services.ts";

/** A failure domain of a new environment. */
export interface PlannedDomain {
  name: string;
  subnet: string;
}

/** A host of a new environment. */
export interface PlannedHost {
  name: string;
  domain: string;
  address: string;
  /** Of a real host. */
  endpoint?: string;
  roles: Role[];
}

/** A machine that a lab has beside the hosts. */
export interface PlannedMachine {
  /** Its name under `trivet:lab`. */
  setting: string;
  /** A sentence for people. */
  about: string;
  place: { name: string; domain: string; address: string };
}

/** All that the settings file of a new environment says. */
export interface Plan {
  environment: string;
  domains: PlannedDomain[];
  hosts: PlannedHost[];
  /** Present: the hosts are made on this machine. */
  lab?: { machines: PlannedMachine[] };
  /** Port of the machine, or of the entry host, where people come in. */
  port: number;
  /** NTP servers of the outer world. */
  ntp: string[];
  /** DNS servers for names outside of `.consul`. */
  dns: string[];
  /** Names that they must know. */
  lookup?: string[];
  /** Webhook that is told of problems. */
  notify?: string;
  /** What Icinga watches: files as the settings name them, and the domains of an inventory's groups. */
  watch: { ansible: string[]; hosts: string[]; domains: Record<string, string> };
}
