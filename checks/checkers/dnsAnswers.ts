import type { Look } from "../history/events.ts";
import type { Checker } from "./checker.ts";
import { type Fitness, fitness } from "./fitness.ts";
import { hurtPeriods, intersection, length, longest, type Period, runs, touches, union } from "./periods.ts";
import { groups, looks } from "./select.ts";
import { clock, nothing, seconds, verdict } from "./verdict.ts";

/**
 * Clients always have a DNS server that answers. All servers are silent while each has only failed looks, from the first's
 * beginning to the last's end; a single lost packet is none, so it must last longer than a client's whole look-up may. The
 * look-ups of hosts count where no fault hurts them (nor did until a moment ago). Neither counts while no node was fit.
 */
export const dnsAnswers: Checker = {
  name: "dns-answers",
  title: "Some DNS server always answers, and every host that is not hurt resolves the name in time",
  kind: "time",
  judge(events, context) {
    const asked = looks(events, "name");
    const resolved = looks(events, "resolver");
    if (asked.length + resolved.length === 0) return nothing("question to a DNS server");
    const { lookup } = context.budgets;
    // Without any fit node the name has nothing to give, and some servers say that by an error.
    const empty = noneFit(fitness(events), context.databases);
    const hasNames = (span: Period) => !touches(empty, span, context.budgets.back);
    const silences = allSilent(asked, context.dnsServers).filter(hasNames);
    const hurt = hurtPeriods(events);
    const judged = resolved.filter(({ host, t, end }) => {
      const span = { from: t, to: end };
      return hasNames(span) && !touches(hurt.get(host), span, context.budgets.back);
    });
    const slowest = judged.reduce((most, { t, end }) => Math.max(most, end - t), 0);
    return verdict({
      violations: [
        ...silences
          .filter((period) => length(period) > lookup)
          .map((period) => `no DNS server answered for ${seconds(length(period))} from ${clock(period.from)}`),
        ...judged
          .filter(({ t, end, error }) => error || end - t > lookup)
          .map(({ host, t, end, error }) => `${host} at ${clock(t)}: ${error ?? "answered"} after ${seconds(end - t)}`),
      ],
      unseen: context.dnsServers
        .filter((name) => !asked.some(({ server }) => server === name))
        .map((server) => `DNS server ${server} was never asked`),
      passed: `Some DNS server always answered; ${judged.length} look-ups by hosts took at most ${seconds(slowest)}, budget ${seconds(lookup)}.`,
      failed: "the name was not resolved in time",
      figures: {
        longestSilence: length(longest(silences) ?? { from: 0, to: 0 }),
        slowestLookup: slowest,
        lookups: judged.length,
      },
    });
  },
};

/** When no server answered: what the silences of all have in common. */
function allSilent(asked: readonly Extract<Look, { what: "name" }>[], servers: readonly string[]): Period[] {
  const byServer = new Map(groups(asked, ({ server }) => server));
  const silences = servers.map((server) =>
    union(
      runs(byServer.get(server) ?? [], ({ error }) => error !== undefined).map((run) => ({
        from: run[0]!.t,
        to: run.at(-1)!.end,
      })),
    ),
  );
  return silences.length ? silences.reduce(intersection) : [];
}

/** When all database nodes were unfit. */
function noneFit(nodes: readonly Fitness[], databases: readonly string[]): Period[] {
  const unfit = databases.map((node) => nodes.find(({ host }) => host === node)?.unfit ?? []);
  return unfit.length ? unfit.reduce(intersection) : [];
}
