import { decide } from "../../../node/supervisor/decide.ts";
import { keyOf } from "../../../node/supervisor/machine.ts";
import type { Action, DatabaseState, Maintenance, Situation } from "../../../node/supervisor/situation.ts";

/** The supervisor's situations in the words of the shell script that decides today, so that both are held against the same tables. */

const none = (word: string | undefined) => (word === undefined || word === "-" ? undefined : word);

/** The supervisor's: see components/galera/images/supervisor/decide. */
export function readSituation(lines: readonly string[]): Situation {
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

/** What the script would print. */
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
