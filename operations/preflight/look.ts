import type { Flow } from "../../core/flow.ts";
import type { HostFacts, Listener } from "./facts.ts";
import type { Subject, SubjectHost } from "./subject.ts";

/** Why nothing is known of a host. */
export interface Refusal {
  kind: "host-key" | "login" | "unreachable" | "no-shell";
  why: string;
  mend: string;
}

/** A host's clock against this machine's, in seconds: it is `offset` ahead, give or take `within`. */
export interface Clock {
  offset: number;
  within: number;
}

/** All that was seen of one host by itself. */
export interface HostLook {
  host: SubjectHost;
  facts?: HostFacts;
  clock?: Clock;
  refusal?: Refusal;
}

/** How something was tried: `tcp`, `dns` and `ntp` reach what listens there; the others what the probe opened itself. */
export type Way = "tcp" | "dns" | "ntp" | "tcp-echo" | "udp-echo" | "icmp";

/** One connection that is to be tried. */
export interface Trial {
  /** Name of the host that tries it. */
  from: string;
  /** Name of a host, or what is none of ours. */
  to: string;
  /** Address or name that is dialled. */
  target: string;
  protocol: Flow["protocol"];
  port: number;
  way: Way;
  /** What it is for. */
  flows: string[];
}

export interface Tried extends Trial {
  /** `open`, `silent`, `refused`, `unreachable`, `unresolved`, `stalled`, or what the host says. */
  result: string;
  /** How long a connection took, in ms. */
  took?: number;
}

/** Why a connection could not be tried. */
export type Reason =
  /** A tool that is not on the host. */
  | { kind: "no-perl" | "no-ss" | "no-ping" }
  /** Nobody listens there yet, and this user may not. */
  | { kind: "not-root"; user: string }
  /** By UDP, a program has no answer for strangers. */
  | { kind: "held"; program?: string }
  /** The probe could not listen, or whom it asked was gone. */
  | { kind: "failed"; why: string };

/** A connection that could not be tried. */
export interface Untried extends Omit<Trial, "way"> {
  reason: Reason;
}

/** The way from one host to another, by ping. */
export interface Link {
  from: string;
  to: string;
  /** Percent. */
  loss: number;
  /** Milliseconds; absent when nothing came back. */
  round?: { least: number; average: number; most: number };
  /** Bytes of the largest packet that passes in one piece; a router may have told that larger ones don't. */
  packet?: { size: number; told: boolean };
}

/** All that was seen. */
export interface Sight {
  subject: Subject;
  looks: readonly HostLook[];
  tried: readonly Tried[];
  untried: readonly Untried[];
  links: readonly Link[];
}

/** Who holds a port of a host, so that nobody else can listen at its address, or at every one. */
export function holderOf(
  { listeners, addresses }: Pick<HostFacts, "listeners" | "addresses">,
  { protocol, port }: { protocol: string; port: number },
): Listener | undefined {
  // What listens on an address of its own beyond the interfaces', as systemd-resolved on 127.0.0.53, is in nobody's way: BIND, the one
  // service on such a port, listens at each interface's address.
  const own = (address: string) => address === "*" || addresses.some((each) => each.address === address);
  return listeners.find((each) => each.protocol === protocol && each.port === port && own(each.address));
}

/** Whether a container of this environment runs there that could hold it. */
export const isOurs = (
  { containers }: Pick<HostFacts, "containers">,
  { container }: Pick<Listener, "container">,
  environment: string,
): boolean => containers.some(({ id, environment: whose }) => id === container && whose === environment);
