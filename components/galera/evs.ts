import { type Duration, seconds } from "../../core/duration.ts";
import type { SchemaProblem } from "../../core/schema.ts";
import { refuse } from "../check.ts";

/** When a silent node counts as gone: seconds, by the names of Galera's `evs.*` options. */
export interface EvsPeriods {
  /** A node that has nothing to say says so this often. */
  keepalivePeriod: number;
  /** How often it is looked who has been silent for too long. The one period that is read at the start alone. */
  inactiveCheckPeriod: number;
  /** Silent for so long: suspected, and left out as soon as all others suspect it, too. */
  suspectTimeout: number;
  /** Silent for so long: left out, whatever others say. */
  inactiveTimeout: number;
  /** A new view that is not agreed on within this time is begun anew. */
  installTimeout: number;
  /** A message about a new view that was held back or lost is sent again after this time. */
  joinRetransPeriod: number;
}

export type EvsProfile = "lan" | "wan";

/** Single periods of a profile. */
export type GivenPeriods = { [Period in keyof EvsPeriods]?: Duration };

export interface EvsSettings {
  profile?: EvsProfile;
  evs?: GivenPeriods;
}

/** The least that Galera takes for a period or a timeout, in seconds. */
const LEAST = 0.1;

/**
 * Galera's own defaults (suspect 5 s, inactive 15 s, retransmission 1 s) leave the others without writes for 6.4 s when a node
 * is lost (median of 3). The time is suspectTimeout + up to one inactiveCheckPeriod + up to one joinRetransPeriod.
 *
 * - `lan`, for links of a millisecond or so: a lost node costs 1.25 s (kill -9, SIGSTOP and cut off; median of 10 each, longest
 *   1.30 s). A freeze of 0.7 s evicts nobody, one of 1.5 s does, and the node is back by itself. At 0.2 CPU under load the
 *   longest gap was 0.24 s, at 0.05 CPU 0.81 s, without an eviction. With a suspectTimeout of 2 s all is 1 s longer: 2.35 s,
 *   and a freeze of 1.5 s evicts nobody. installTimeout is set because its default, half of inactiveTimeout, takes the quorum
 *   from the others when a node is re-created at once. A joinRetransPeriod of 0.1 s made a node that was cut off cost 0.13 s
 *   less (medians of 5); but in one of 22 returns a repeated JOIN of the newcomer met a member that was about to install the
 *   view, and nobody had a quorum for 6 s.
 * - `wan`, for a round trip of up to 300 ms, and loss: not measured, but put together from Galera's documentation
 *   (galeracluster.com, knowledge base, "WAN Latency" and "WAN Replication"): every period is longer than the longest round
 *   trip, and the timeouts outlast the cuts that the link is known for, 30 s in its example. Here 10 s: a segment that TCP
 *   loses three times in a row is through after 1 + 2 + 4 s (RFC 6298). A lost node costs some 11 s. (It also wants
 *   installTimeout above inactiveTimeout: the library refuses that.)
 */
const profiles: Record<EvsProfile, EvsPeriods> = {
  lan: {
    keepalivePeriod: 0.3,
    inactiveCheckPeriod: 0.1,
    suspectTimeout: 1,
    inactiveTimeout: 5,
    installTimeout: 5,
    joinRetransPeriod: 0.2,
  },
  wan: {
    keepalivePeriod: 1,
    // Only a look at one's own clock. The same as above, so that a change of profile needs no restart.
    inactiveCheckPeriod: 0.1,
    suspectTimeout: 10,
    inactiveTimeout: 30,
    installTimeout: 30,
    joinRetransPeriod: 1,
  },
};

/** What the library would refuse, or by what it would take a living node for a dead one. */
export function evsProblems({ profile = "lan", evs = {} }: EvsSettings): SchemaProblem[] {
  const periods = merged(profile, evs);
  const short = Object.entries(periods).filter(([, value]) => value < LEAST);
  if (short.length > 0) {
    const expected = `${LEAST} s at least, the shortest that Galera takes`;
    return short.map(([name, value]) => ({ path: ["evs", name], given: `${value} s`, expected, mend: "raise it" }));
  }
  const limits: [keyof EvsPeriods, keyof EvsPeriods, number, string][] = [
    ["keepalivePeriod", "suspectTimeout", 3, "a third of"],
    ["inactiveCheckPeriod", "suspectTimeout", 2, "half of"],
    ["suspectTimeout", "inactiveTimeout", 1, "no more than"],
    ["installTimeout", "inactiveTimeout", 1, "no more than"],
  ];
  return limits
    .filter(([name, other, parts]) => periods[name] * parts > periods[other])
    .map(([name, other, parts, share]) => ({
      path: ["evs", name],
      given: `${periods[name]} s with evs.${other} ${periods[other]} s (profile ${profile})`,
      expected: `${parts === 1 ? share : `no more than ${share}`} ${other}`,
      mend: `lower ${name} to ${round(periods[other] / parts)} s, or raise ${other} to ${round(periods[name] * parts)} s`,
    }));
}

/**
 * The periods of a profile, some of them given.
 * @throws {UserError} when the library would refuse them, or would take a living node for a dead one
 */
export function evsPeriods(whose: string, profile: EvsProfile = "lan", evs: GivenPeriods = {}): EvsPeriods {
  refuse(whose, evsProblems({ profile, evs }));
  return merged(profile, evs);
}

/** The settings give `undefined` for what they don't say. */
const merged = (profile: EvsProfile, evs: GivenPeriods): EvsPeriods => ({
  ...profiles[profile],
  ...Object.fromEntries(Object.entries(evs).flatMap(([name, value]) => (value ? [[name, seconds(value)]] : []))),
});

/** An option's name in `wsrep_provider_options` and, with `_`, as a variable: `suspectTimeout` is `suspect_timeout`. */
export const optionName = (period: string): string =>
  period.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const round = (period: number): number => Math.round(period * 1000) / 1000;
