import { decide } from "../../../node/supervisor/decide.ts";
import { keyOf } from "../../../node/supervisor/machine.ts";
import type { Action, DatabaseState, Maintenance, Situation } from "../../../node/supervisor/situation.ts";

/**
 * Situations in a line of words each, so that a table of them can be read; `-` where there is none:
 *
 *     self <node> <state> <uuid>       our own database
 *     supervised <node>=<address>…     all that have a supervisor
 *     others <number>                  other nodes that the name of any healthy one gives
 *     leaving                          it is about to stop in good order
 *     out <ours|others>                it is in Consul's maintenance mode, by us or by somebody else
 *     address <address>                of our database
 *     session <id>                     our session with Consul
 *     lock <session> <address> <index> the writer's lock
 *     orphan                           it was nobody's for long
 *     view <Primary|…> <size>
 *     member <uuid> <node>             of that view; `?`: of no name of ours
 *     dead <node> <uuid>               a report
 *     cleared <node> <by> <uuid>       who has done with one
 *     late <node>                      its report is so old that nobody waits any longer
 *     evicting <node> <uuid>           what our database was told to evict
 */

const none = (word: string | undefined) => (word === undefined || word === "-" ? undefined : word);

function readSituation(lines: readonly string[]): Situation {
  let index = 1;
  const situation = {
    self: { name: "", address: "", state: "unknown" as DatabaseState, member: undefined as string | undefined },
    supervised: [] as { name: string; address: string }[],
    // Where nobody has said how many others serve it is no lone donor.
    service: { maintenance: "none" as Maintenance, passing: true, others: Number.NaN },
    session: undefined as string | undefined,
    store: {
      lock: { index: 0 } as Situation["store"]["lock"],
      reports: [] as { node: string; member: string; index: number }[],
      cleared: [] as { node: string; by: string; member: string }[],
    },
    orphan: false,
    view: { primary: false, size: 0, members: [] as { uuid: string | undefined; node: string | undefined }[] },
    late: false,
    past: false,
    evicting: {} as Record<string, string>,
  };
  let leaving = false;
  for (const line of lines) {
    const [what, a, b, c] = line.split(" ");
    if (what === "self") Object.assign(situation.self, { name: a, state: b, member: none(c) });
    if (what === "supervised") {
      situation.supervised = line
        .split(" ")
        .slice(1)
        .map((pair) => ({ name: pair.split("=")[0]!, address: pair.split("=")[1]! }));
    }
    if (what === "others") situation.service.others = Number(a);
    if (what === "leaving") leaving = true;
    if (what === "out") situation.service.maintenance = a === "-" ? "none" : (a as Maintenance);
    if (what === "session") situation.session = none(a);
    if (what === "orphan") situation.orphan = true;
    if (what === "address") situation.self.address = a!;
    if (what === "lock") situation.store.lock = { session: none(a), address: none(b), index: Number(c ?? 0) };
    if (what === "view") Object.assign(situation.view, { primary: a === "Primary", size: Number(b) });
    if (what === "member") situation.view.members.push({ uuid: none(a), node: b === "?" ? undefined : b });
    if (what === "dead") situation.store.reports.push({ node: a!, member: b!, index: index++ });
    if (what === "cleared") situation.store.cleared.push({ node: a!, by: b!, member: c! });
    if (what === "late") situation.late ||= a === situation.self.name;
    if (what === "evicting") situation.evicting[a!] = b!;
  }
  if (leaving) situation.service.maintenance = "leaving";
  return situation;
}

/** A line for each thing to do. */
export const decided = (lines: readonly string[]): string => decide(readSituation(lines)).map(spoken).join("\n");

function spoken(action: Action): string {
  switch (action.do) {
    case "seize":
      return `seize ${action.session}`;
    case "unname":
      return `unname ${action.index}`;
    default:
      return keyOf(action);
  }
}
