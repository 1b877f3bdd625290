import type { Checker } from "./checker.ts";
import { groups, looks } from "./select.ts";
import { clock, nothing, verdict } from "./verdict.ts";

/**
 * People hear of each outage once, of its end once, and of nothing else. What may turn into a problem (services of a host that died)
 * has one such pair or none. Other types (a downtime, an acknowledgement) are only allowed for these objects.
 */
export const notifiedOnce: Checker = {
  name: "notified-once",
  title: "Each outage raises one problem and one recovery notification, and nothing else does",
  kind: "safety",
  judge(events, { expected: { must, may } }) {
    if (events.length === 0) return nothing("event");
    const sent = looks(events, "notification").filter(({ error }) => !error);
    const byObject = new Map(groups(sent, ({ object }) => object));
    const violations = must.filter((object) => !byObject.has(object)).map((object) => `${object}: no notification`);
    for (const [object, all] of byObject) {
      const told = all.map(({ type, from, t }) => `${type} from ${from} at ${clock(t)}`).join(", ");
      const types = all.map(({ type }) => type).filter((type) => type !== "OTHER");
      const isExpected = must.includes(object) || may.includes(object);
      if (!isExpected) violations.push(`${object}, which was not touched: ${told}`);
      else if (types.join() !== "PROBLEM,RECOVERY" && (types.length > 0 || must.includes(object))) {
        violations.push(`${object}, expected one PROBLEM, then one RECOVERY: ${told}`);
      }
    }
    const count = (type: string) => sent.filter((look) => look.type === type).length;
    return verdict({
      violations,
      passed: `${must.length} expected outages and ${byObject.size} objects in all: one problem and one recovery each.`,
      failed: "an object's notifications are not one problem and one recovery",
      figures: {
        problems: count("PROBLEM"),
        recoveries: count("RECOVERY"),
        others: count("OTHER"),
        expected: must.length,
      },
    });
  },
};
