/** A port that a service takes on its host. */
export interface Port {
  protocol: "tcp" | "udp";
  port: number;
}

export const tcp = (port: number): Port => ({ protocol: "tcp", port });
export const udp = (port: number): Port => ({ protocol: "udp", port });

/** What of root's power a container of ours may have: a part of Docker's 14 defaults, and the two that set the clock and the network. */
export type Capability =
  | "CHOWN"
  | "DAC_OVERRIDE"
  | "FOWNER"
  | "KILL"
  | "NET_ADMIN"
  | "NET_BIND_SERVICE"
  | "NET_RAW"
  | "SETGID"
  | "SETUID"
  | "SYS_CHROOT"
  | "SYS_TIME";

/**
 * Of an entrypoint that begins as root, gives files to the daemon's own user and becomes that user. `KILL`: the init, which is root, has to
 * pass Docker's signal on to it.
 */
export const handsOver = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID"] as const;

/**
 * All that other rooms may know of a service, told in the `facts.ts` of its own folder; `components/services.ts` has those of all, and
 * makes of them which names and roles there are.
 */
export interface ServiceFacts<Name extends string = string, Role extends string = string> {
  /** The last part of a container's name, and the service's name in the inventory. */
  name: Name;
  /** As people know it: `MariaDB Galera`. */
  title: string;
  /**
   * `product`: what Trivet is for. `network`: holds the network that a host's other services use, so it can't be taken alone.
   * `lab`: a machine that is only watched, or told.
   */
  kind: "product" | "network" | "lab";
  /** A host's purpose: the role of the hosts that run it; absent for what the lab makes. */
  role?: Role;
  /** What the role is for, as `docs/settings.md` says it: told by one of the services that it brings. */
  purpose?: string;
  /** It runs on all other hosts as well, where it only is what those with the role serve. */
  everywhere?: true;
  /** With this role as well, a host runs something else in its place. */
  unless?: Role;
  /** It stands on a host beside the service that the host is for. */
  beside?: true;
  /**
   * The image that it runs on, and the folder that is made of: its build context. `program`: where a program of ours begins that runs in it
   * (`node/supervisor/main.ts`); the image stands on `node` then, and its build context has `program.cjs` as well (see images/).
   */
  image: { name: string; folder: string; program?: string };
  /** All that its container may do as root; whatever is not named is dropped (docs/decisions/0050). */
  capabilities: readonly Capability[];
  /** Ports that it takes on its host, whatever the settings say. */
  ports: readonly Port[];
  /** Works only while a majority of all that have this vote does. */
  vote?: "database" | "discovery";
  /** It votes with those of the same vote, and holds nothing: one of them at the most, beside two of those that do. */
  onlyVotes?: true;
  /**
   * Others on its host need it: when the host is turned off it ends after all that have no such number, and after those with a lower
   * one. `trivet hosts prepare` brings the order to real hosts.
   */
  endsLast?: number;
  /** Its hosts ask the environment's DNS servers for names. */
  resolves?: true;
  /** Other services that it can't be judged without: a DNS server answers the databases that are fit. */
  judgedWith?: readonly Name[];
  /** Failure domains that it must be in, together with those that it votes with, so that the others can spare one. */
  domains?: number;
}
