import type { Look } from "../history/events.ts";
import type { Checker } from "./checker.ts";
import { certain, type Period, runs } from "./periods.ts";
import { groups, looks } from "./select.ts";
import { clock, nothing, verdict } from "./verdict.ts";

/** Two looks this many ms apart may be of one instant. */
const NEAR = 1000;

type DatabaseLook = Extract<Look, { what: "database" }>;

/** A node that looks after look takes writes in one and the same view. */
interface Stretch {
  host: string;
  members: string[];
  /** From the first look's beginning to the last's end. */
  possible: Period;
  /** From the first look's end to the last's beginning. */
  sure?: Period;
}

/**
 * Two nodes take writes while neither's view has the other: split brain. A node just cut off keeps its old view for a while,
 * with the others in it, so it raises no alarm. It fails when both certainly were so at one instant: each in successive looks
 * that surround it, or one in looks that surround a look of the other. Single looks within 1 s only
 * make it unknown, and only when no node is in both views.
 */
export const onePrimary: Checker = {
  name: "one-primary",
  title: "There are never two parts of the cluster that take writes",
  kind: "safety",
  judge(events) {
    const all = looks(events, "database");
    const answered = all.filter(({ error }) => !error).length;
    if (answered === 0) return nothing("answered look at a database");
    const stretches = groups(all, ({ host }) => host).flatMap(([, seen]) =>
      runs(seen, isWritable, (a, b) => view(a) === view(b)).map(stretch),
    );
    const violations: string[] = [];
    const unseen: string[] = [];
    for (const [a, b] of meetings(stretches)) {
      if (a.members.includes(b.host) || b.members.includes(a.host)) continue;
      const at = Math.max(a.possible.from, b.possible.from);
      const told = `at ${clock(at)} ${describe(a)} and ${describe(b)}`;
      if (atOneInstant(a, b)) violations.push(told);
      // Whoever is in both views is in one at a time: then one of two single looks was of the past.
      else if (!a.members.some((member) => b.members.includes(member))) unseen.push(told);
    }
    return verdict({
      violations,
      unseen,
      passed: `In ${answered} looks the nodes that take writes always were in one view.`,
      failed: "two parts of the cluster took writes at once",
      figures: { looks: answered },
    });
  },
};

/** A view that is told without the node itself is still being made. */
const isWritable = ({ host, status, ready, readOnly, members }: DatabaseLook): boolean =>
  status === "Primary" && ready === true && readOnly !== true && (members?.includes(host) ?? false);

const view = ({ uuid, view, members }: DatabaseLook): string => `${uuid} ${view} ${members?.toSorted()}`;

const stretch = (run: DatabaseLook[]): Stretch => ({
  host: run[0]!.host,
  members: run[0]!.members!,
  possible: { from: run[0]!.t, to: run.at(-1)!.end },
  sure: certain(run),
});

/** Pairs of different nodes whose stretches are at most NEAR apart: by a sweep over their beginnings. */
function* meetings(stretches: readonly Stretch[]): Generator<[Stretch, Stretch]> {
  let open: Stretch[] = [];
  for (const next of stretches.toSorted((a, b) => a.possible.from - b.possible.from)) {
    open = open.filter(({ possible }) => possible.to + NEAR >= next.possible.from);
    for (const other of open) if (other.host !== next.host) yield [other, next];
    open.push(next);
  }
}

function atOneInstant(a: Stretch, b: Stretch): boolean {
  if (a.sure && b.sure) return a.sure.from <= b.sure.to && b.sure.from <= a.sure.to;
  const [surrounds, single] = a.sure ? [a.sure, b] : [b.sure, a];
  return surrounds !== undefined && surrounds.from <= single.possible.from && single.possible.to <= surrounds.to;
}

const describe = ({ host, members }: Stretch): string => `${host} in ${members.join("+")}`;
