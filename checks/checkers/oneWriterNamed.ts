import type { Checker } from "./checker.ts";
import { fitness } from "./fitness.ts";
import { type NameLook, stale, trustedAnswers, worst } from "./nameUnfit.ts";
import { certain, intersection, length, longest, runs } from "./periods.ts";
import { groups } from "./select.ts";
import { clock, nothing, seconds, verdict } from "./verdict.ts";

/**
 * The writer's name: what a server gives has one address, which is not that of an unfit node for longer than the name's budget; and
 * there is one, that much after a node is fit. Counted as in `name-unfit`, never falsely: servers that are themselves hurt are left
 * out. Two servers may differ for a moment, so each is judged by itself.
 */
export const oneWriterNamed: Checker = {
  name: "one-writer-named",
  title: "The writer's name leads to one node: never to two, to an unfit one or to none only within the name's budget",
  kind: "time",
  judge(events, context) {
    const answers = trustedAnswers(events, "writer-name", context);
    const nodes = fitness(events);
    if (answers.length === 0) return nothing("answer of a DNS server for the writer's name");
    if (nodes.length === 0) return nothing("look at a database");
    const { name } = context.budgets;
    const doubles = answers.filter((look) => look.answers.length > 1);
    const pointing = nodes.flatMap((node) => worst(stale(node, answers)));
    const missing = nodes.flatMap(({ fit }) =>
      groups(answers, ({ server }) => server).flatMap(([server, of]) =>
        intersection(fit, unnamed(of)).map((period) => ({ server, ...period })),
      ),
    );
    const longestNamed = Math.max(0, ...pointing.map(({ late }) => late));
    const longestNone = length(longest(missing) ?? { from: 0, to: 0 });
    return verdict({
      violations: [
        ...doubles.map(({ server, answers: both, t }) => `${server} named ${both.join(" and ")} (${clock(t)})`),
        ...pointing
          .filter(({ late }) => late > name)
          .map(
            ({ server, host, late, t }) =>
              `${server} named ${host} ${seconds(late)} after it was unfit (${clock(t)}), budget ${seconds(name)}`,
          ),
        ...missing
          .filter((period) => length(period) > name)
          .map(
            (period) =>
              `${period.server} named nobody for ${seconds(length(period))} from ${clock(period.from)} though a node was fit, budget ${seconds(name)}`,
          ),
      ],
      passed: `Never two; an unfit node for at most ${seconds(longestNamed)}, none for at most ${seconds(longestNone)}.`,
      failed: "the writer's name was wrong",
      figures: { longestNamed, longestNone },
    });
  },
};

/** When a server certainly named nobody. */
const unnamed = (seen: NameLook[]) =>
  runs(seen, ({ answers }) => answers.length === 0)
    .map(certain)
    .filter((period) => period !== undefined);
