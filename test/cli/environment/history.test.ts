import test from "ava";
import { historyWarnings } from "../../../cli/environment/history.ts";
import type { Inventory, Retention } from "../../../core/inventory.ts";

type Backend = Inventory["icinga"]["backend"];
const kept = { history: "400d", sla: "800d" } as const;
const former = (backend: Backend, retention?: Retention) =>
  ({ icinga: { backend, retention } }) as Pick<Inventory, "icinga">;

test("no word about a history that stays as it is", (t) => {
  t.deepEqual(historyWarnings(former("ido", kept), { backend: "ido", retention: kept }), []);
  t.deepEqual(
    historyWarnings(former("icingadb", kept), {
      backend: "icingadb",
      retention: { history: "500d", sla: "forever" },
    }),
    [],
  );
});

for (const [before, after] of [
  ["ido", "icingadb"],
  ["icingadb", "ido"],
] as const) {
  test(`from ${before} to ${after}: what becomes of the history`, (t) => {
    const [warning, ...more] = historyWarnings(former(before, kept), { backend: after, retention: kept });
    t.deepEqual(more, []);
    t.regex(
      warning!,
      new RegExp(`changes from ${before} to ${after}.*stays in the database.*shown again after a change back`),
    );
  });
}

test("rows that will be deleted for good", (t) => {
  const warnings = (before: Retention | undefined, backend: Backend, history: "400d" | "30d") =>
    historyWarnings(former(backend, before), { backend, retention: { history, sla: "800d" } });
  t.is(warnings(undefined, "icingadb", "400d").length, 2, "an earlier version kept all");
  t.is(warnings(undefined, "ido", "400d").length, 1, "the IDO has no rows of its own for reports");
  t.regex(
    warnings(kept, "icingadb", "30d").join(),
    /^monitoring.retention.history: .* for 400 days; .* older than 30 days/,
  );
});
