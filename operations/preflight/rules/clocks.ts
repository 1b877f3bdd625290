import type { Finding } from "../finding.ts";
import type { Clock, HostLook, Sight } from "../look.ts";
import { type HostFinding, ofHost, prepare, type Rule } from "./rule.ts";

/** Two clocks, seconds apart: the first one is `offset` ahead, give or take `within`. */
export interface Pair extends Clock {
  of: string;
  against: string;
}

/** Every clock against every other one. */
export const clockPairs = (looks: readonly HostLook[]): Pair[] => {
  const clocks = looks.flatMap(({ host, clock }) => (clock ? [{ name: host.name, clock }] : []));
  return clocks.flatMap((one, index) =>
    clocks.slice(index + 1).map((other) => ({
      of: one.name,
      against: other.name,
      offset: one.clock.offset - other.clock.offset,
      within: one.clock.within + other.clock.within,
    })),
  );
};

/** The clocks that differ from most of the others are told, one by one; of two alone nobody knows which one is right. */
const clocks: Rule = ({ looks, subject: { time } }: Sight) => {
  const pairs = clockPairs(looks);
  const names = looks.flatMap(({ host, clock }) => (clock ? [host.name] : []));
  const isOff = ({ offset, within }: Pair, limit: number) => Math.abs(offset) - within > limit;
  const off = (name: string, limit: number) =>
    pairs
      .filter(({ of, against }) => of === name || against === name)
      .filter((pair) => isOff(pair, limit))
      // As this clock sees it: above 0, it is ahead.
      .map((pair) => (pair.of === name ? pair : { ...pair, of: name, against: pair.of, offset: -pair.offset }));
  const judged = (name: string): Finding[] => {
    for (const [severity, limit] of [
      ["error", time.critical],
      ["warning", time.warning],
    ] as const) {
      const apart = off(name, limit);
      if (apart.length * 2 <= names.length - 1) continue;
      const given = apart
        .toSorted((a, b) => Math.abs(b.offset) - Math.abs(a.offset))
        .map(({ against, offset }) => `${secondsText(offset)} ${offset > 0 ? "ahead of" : "behind"} ${against}`);
      const most = given.length > 3 ? `${given.slice(0, 3).join(", ")} and ${given.length - 3} more` : given.join(", ");
      const { offset } = apart.toSorted((a, b) => a.offset - b.offset)[Math.floor(apart.length / 2)]!;
      return [
        {
          rule: "clock",
          severity,
          host: name,
          given: most,
          expected: `within ${limit} s of every other host`,
          breaks:
            severity === "error"
              ? "a database node with such a clock is not let in, certificates count as not yet or no longer valid"
              : "status and Icinga tell of it from the beginning",
          mend: `find out who is right with "date -u" on both, then set it: sudo date -u -s "${offset > 0 ? "-" : "+"}${Math.abs(offset).toFixed(3)} seconds" (before Trivet's chrony is there)`,
        },
      ];
    }
    return [];
  };
  return names.flatMap(judged);
};

const secondsText = (offset: number): string => {
  const size = Math.abs(offset);
  return size < 10 ? `${size.toFixed(3)} s` : `${Math.round(size).toLocaleString("en")} s`;
};

const units: Record<string, string> = {
  chronyd: "chrony",
  ntpd: "ntp",
  openntpd: "openntpd",
  "systemd-timesyn": "systemd-timesyncd",
};

/** Trivet's chrony sets a real host's clock: nobody else may. */
const steered = ofHost(({ daemons }, host, subject): HostFinding[] => {
  if (subject.lab) return [];
  const others = daemons.filter(({ program, container }) => program in units && !container);
  return others.map(({ program, pid, unit }) => {
    const name = (unit ?? units[program]!).replace(/\.service$/, "");
    const shown = program === "systemd-timesyn" ? "systemd-timesyncd" : program;
    return {
      rule: "time-daemon",
      severity: "error",
      given: `${shown}${pid === undefined ? "" : ` (process ${pid})`} steers the clock`,
      expected: "Trivet's chrony alone",
      breaks: "two daemons set one clock against each other",
      mend: `${prepare(subject, host)}; by hand: sudo systemctl disable --now ${name}`,
    };
  });
});

/** What could not be measured is not taken for right. */
const unseen: Rule = ({ looks }) =>
  looks
    .filter(({ facts, clock }) => facts && !clock)
    .map(({ host }) => ({
      rule: "clock-unseen",
      severity: "warning",
      host: host.name,
      given: '"date +%s.%N" gave no time',
      expected: "seconds since 1970, with nine digits behind the point",
      breaks: "nothing that is known: its clock may be wrong",
      mend: "compare date -u there with another host's",
    }));

export const clockRules: Rule[] = [clocks, unseen, steered];
