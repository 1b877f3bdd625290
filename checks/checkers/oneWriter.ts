import type { Look } from "../history/events.ts";
import type { Checker } from "./checker.ts";
import { certain, intersection, length, longest, type Period, runs, union } from "./periods.ts";
import { groups, looks } from "./select.ts";
import { clock, nothing, seconds, verdict } from "./verdict.ts";

type WriterLook = Extract<Look, { what: "writer" }>;

/** Milliseconds that two may feel responsible while one hands over: Icinga DB's own figure. */
const HANDOVER = 5000;

/**
 * One program writes Icinga's states to the database. Counted is what is certain, from the end of the first look that saw it so to
 * the beginning of the last; one that can't be asked does not write.
 */
export const oneWriter: Checker = {
  name: "one-writer",
  title: "One Icinga writes to the database: never two, and another one soon when it dies",
  kind: "time",
  judge(events, { budgets }) {
    const all = looks(events, "writer");
    if (!all.some(({ error }) => !error)) return nothing("answered look at a writer");
    const writers = groups(all, ({ host }) => host).map(([host, seen]) => ({
      host,
      writes: periodsOf(seen, ({ responsible }) => responsible === true),
      rests: periodsOf(seen, ({ responsible }) => responsible !== true),
    }));
    const doubles = writers.flatMap((a, at) =>
      writers
        .slice(at + 1)
        .flatMap((b) => intersection(a.writes, b.writes).map((period) => ({ ...period, hosts: [a.host, b.host] }))),
    );
    const gaps = writers.map(({ rests }) => rests).reduce(intersection);
    const most = (periods: readonly Period[]) => length(longest(periods) ?? { from: 0, to: 0 });
    return verdict({
      violations: [
        ...doubles
          .filter((double) => length(double) > HANDOVER)
          .map(
            (double) =>
              `${double.hosts.join(" and ")} both wrote for ${seconds(length(double))} from ${clock(double.from)}`,
          ),
        ...gaps
          .filter((gap) => length(gap) > budgets.takeover)
          .map(
            (gap) =>
              `nobody wrote for ${seconds(length(gap))} from ${clock(gap.from)}, budget ${seconds(budgets.takeover)}`,
          ),
      ],
      passed: `Two wrote for at most ${seconds(most(doubles))} (hand-over: ${seconds(HANDOVER)}), nobody for at most ${seconds(most(gaps))}, budget ${seconds(budgets.takeover)}.`,
      failed: "there was not one writer",
      figures: { longestTwo: most(doubles), longestNone: most(gaps) },
    });
  },
};

const periodsOf = (seen: WriterLook[], holds: (look: WriterLook) => boolean): Period[] =>
  union(
    runs(seen, holds)
      .map(certain)
      .filter((period) => period !== undefined),
  );
