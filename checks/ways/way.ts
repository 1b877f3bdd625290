import type { Resolver } from "node:dns/promises";
import type { Socket } from "node:net";
import type { Port } from "../../hosts/ssh.ts";

export type { Port };

/** How a client comes to one port. */
export interface Way {
  /** Name of the host by whose SSH it goes; none: straight from this machine. */
  by?: string;
  /** It ended, or the experiment is about to hurt the host that it goes by: whoever uses it shall take another one for what comes next. */
  readonly left: boolean;
  /** A new stream to the port. */
  connect(): Socket;
  /** Ends a stream at once, by a reset where it is a TCP connection of this machine. */
  drop(stream: Socket): void;
  /** After an error: looks whether it was the way that ended rather than what it leads to. */
  ended(): Promise<boolean>;
}

/** What asks DNS servers, in their order. */
export type Asker = Pick<Resolver, "resolve4" | "cancel">;

/** Milliseconds for one question to one server, and how often all servers are asked. */
export interface Patience {
  timeout: number;
  tries: number;
}

/** How the suite's clients and observers come to what they use and look at. */
export interface Ways {
  /**
   * They go by hosts' SSH. What a client gave up the kernel of such a host may still hold, and send again after a cut: at intervals that double, so
   * at most as long after it as the cut lasted.
   */
  readonly bySsh: boolean;
  /** Goes to a port. Where a way ends meanwhile, `work` is begun anew by another one. @throws what `work` throws, and {@link NoWay} */
  to<T>(port: Port, work: (way: Way) => Promise<T>): Promise<T>;
  asker(servers: readonly string[], patience: Patience): Asker;
  /** From now on no way goes by these hosts where there is another one: an experiment is about to hurt their network. In place of those named before. */
  avoid(hosts: readonly string[]): void;
  /** The hosts by which one can go to a port, the best one first; empty where clients go straight. */
  hostsTo(port: Port): string[];
  /** What a host's SSH says of a port that it can't connect to; undefined where it can. */
  explain(host: string, port: Port): Promise<string | undefined>;
  close(): Promise<void>;
}

/** No way was there: it says nothing of what was to be reached. */
export class NoWay extends Error {
  override name = "NoWay";
  readonly code = "NO_WAY";
}
