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
  /** In the environment of what stands for the database before there is one: tests give it a clock of its own. */
  environment?: Readonly<Record<string, string>>;
  /** For each program. @default {@link within} */
  within?: typeof within;
  /** The folder of the programs. @default where the environment finds them */
  programs?: string;
}

/** The database's clock in microseconds since 1970, whatever the session's time zone is. */
export const timeSql = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))";

/** This process's own clock: the one time that somebody may set. */
export const wallClock = (): Micros => Date.now() * 1000;

/** chronyd asks for 3 s; the host's own chrony answers at once. */
const within: Record<"query" | "tracking" | "clock", Millis> = { query: 5_000, tracking: 500, clock: 1_000 };

type Now = () => Promise<Micros | undefined> | Micros;

export interface SiteClock extends SiteTime {
  /** Of this process, before there is a database. */
  judge(): Promise<ClockVerdict>;
  /** Of a database of this host, by what it said. */
  judgeDatabase(asked: TimeAsked): Promise<ClockVerdict>;
}

/** Nothing here sets a clock. */
export function siteTimeOf({
  peers,
  servers,
  limits,
  askTime,
  clock,
  environment,
  within: limit = within,
  programs,
}: SiteTimeConfig): SiteClock {
  const path = (program: string) => (programs === undefined ? program : join(programs, program));
  async function skewOfPeer(peer: Named, now: Now): Promise<Skew | undefined> {
    const before = await now();
    const said = readTime(await askTime(peer).catch(() => undefined));
    const after = await now();
    if (said === undefined || before === undefined || after === undefined) return undefined;
    return skewOf({ said, before, after });
  }
  async function verdict(look: ClockLook, now: Now): Promise<ClockVerdict> {
    if (!seemsWrong(look, limits)) return judgeClock(look, limits, false);
    const others = await Promise.all(peers.map((peer) => skewOfPeer(peer, now)));
    return judgeClock(
      look,
      limits,
      others.some((other) => other !== undefined && agrees(other, look, limits)),
    );
  }
  /** The clock that a database would have. */
  async function itsClock(): Promise<Micros | undefined> {
    const printed = await output(path("date"), ["+%s%6N"], limit.clock, environment);
    return readTime(printed && Buffer.from(printed).toString("latin1").trim());
  }
  /** Before there is a database: its clock, against the time hosts. */
  async function look(): Promise<ClockVerdict> {
    const sources = servers.map((server) => `server ${server} iburst maxsamples 1`);
    const printed =
      sources.length > 0
        ? await output(path("chronyd"), ["-Q", "-t", "3", ...sources], limit.query, environment)
        : undefined;
    return verdict({ ...noSkew, host: printed && readQuery(printed) }, itsClock);
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
      const printed = await output(path("chronyc"), ["-h", "127.0.0.1", "-c", "tracking"], limit.tracking);
      return verdict({ ...skewOf(asked), host: printed && readTracking(printed) }, wallClock);
    },
  };
}

/** What a program printed, whatever its exit code; undefined where it can't be run or printed too much. */
function output(
  program: string,
  args: readonly string[],
  limit: Millis,
  environment: Readonly<Record<string, string>> = {},
): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const limits = { timeout: limit, killSignal: "SIGKILL", maxBuffer: 64_000 } as const;
    const options = { encoding: "buffer", env: { ...process.env, ...environment }, ...limits } as const;
    execFile(program, args, options, (error, stdout, stderr) => {
      const unusable = error && typeof error.code === "string";
      resolve(unusable ? undefined : Buffer.concat([stdout, stderr]));
    });
  });
}
