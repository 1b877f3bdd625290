import { execFile } from "node:child_process";
import { join } from "node:path";
import { readQuery, readTime, readTracking } from "../foreign/time.ts";
import {
  agrees,
  type ClockLimits,
  type ClockLook,
  type ClockVerdict,
  judgeClock,
  type Micros,
  noSkew,
  type Skew,
  seemsWrong,
  skewOf,
  type TimeAsked,
} from "../keeper/clock.ts";
import type { Clock, SiteTime } from "../ports.ts";
import { keeper as timers } from "../timers.ts";
import type { Millis, Named } from "../types.ts";

export interface SiteTimeConfig {
  /** The other databases. */
  peers: readonly Named[];
  /** Addresses of the site's time hosts. */
  servers: readonly string[];
  limits: ClockLimits;
  /** The answer of a peer's database to {@link timeSql}, whatever that is; undefined where there is none in time. */
  askTime(peer: Named): Promise<unknown>;
  clock: Clock;
  /** The folder of chrony's programs. @default where the environment finds them */
  programs?: string;
}

/** The database's clock in microseconds since 1970, whatever the session's time zone is. */
export const timeSql = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))";

/** This process's own clock, which is judged: the one time that somebody may set. */
export const wallClock = (): Micros => Date.now() * 1000;

/** chronyd asks for 3 s; the host's own chrony answers at once. */
const LIMITS = { query: 5_000, tracking: 500 } as const;

export interface SiteClock extends SiteTime {
  /** Of this process, before there is a database. */
  judge(): Promise<ClockVerdict>;
  /** Of a database of this host, by what it said. */
  judgeDatabase(asked: TimeAsked): Promise<ClockVerdict>;
}

/** Nothing here sets a clock. */
export function siteTimeOf({ peers, servers, limits, askTime, clock, programs }: SiteTimeConfig): SiteClock {
  const path = (program: string) => (programs === undefined ? program : join(programs, program));
  async function skewOfPeer(peer: Named): Promise<Skew | undefined> {
    const before = wallClock();
    const said = readTime(await askTime(peer).catch(() => undefined));
    return said === undefined ? undefined : skewOf({ said, before, after: wallClock() });
  }
  async function verdict(look: ClockLook): Promise<ClockVerdict> {
    if (!seemsWrong(look, limits)) return judgeClock(look, limits, false);
    const others = await Promise.all(peers.map(skewOfPeer));
    return judgeClock(
      look,
      limits,
      others.some((other) => other !== undefined && agrees(other, look, limits)),
    );
  }
  /** Before there is a database: this process's clock, against the time hosts. */
  async function look(): Promise<ClockVerdict> {
    const sources = servers.map((server) => `server ${server} iburst maxsamples 1`);
    const printed =
      sources.length > 0 ? await output(path("chronyd"), ["-Q", "-t", "3", ...sources], LIMITS.query) : undefined;
    return verdict({ ...noSkew, host: printed && readQuery(printed) });
  }

  // The first answer is asked for ahead, while a node reads its own position: each takes most of a second.
  let ahead: { verdict: Promise<ClockVerdict>; since: Millis } | undefined = { verdict: look(), since: clock.now() };
  return {
    async judge() {
      const known = ahead && clock.now() - ahead.since <= timers.clock ? ahead.verdict : look();
      ahead = undefined;
      return known;
    },
    async judgeDatabase(asked) {
      const printed = await output(path("chronyc"), ["-h", "127.0.0.1", "-c", "tracking"], LIMITS.tracking);
      return verdict({ ...skewOf(asked), host: printed && readTracking(printed) });
    },
  };
}

/** What a program printed, whatever its exit code; undefined where it can't be run or printed too much. */
function output(program: string, args: readonly string[], limit: Millis): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const options = { encoding: "buffer", timeout: limit, killSignal: "SIGKILL", maxBuffer: 64_000 } as const;
    execFile(program, args, options, (error, stdout, stderr) => {
      const unusable = error && typeof error.code === "string";
      resolve(unusable ? undefined : Buffer.concat([stdout, stderr]));
    });
  });
}
