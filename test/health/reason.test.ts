import test from "ava";
import type { Observation, Problem } from "../../core/health.ts";
import { secondsUp } from "../../health/probe.ts";
import { adviceOn } from "../../health/reason.ts";
import { steadyState } from "../../health/steadyState.ts";
import { find, inventory, whole } from "./whole.ts";

/** The advice on what comes of a change to an environment that is well. */
const advised = test.macro((t, change: (all: Observation[]) => unknown, expected: string) => {
  const all = whole();
  change(all);
  t.is(adviceOn("dev", steadyState(inventory(), all).problems), expected);
});

test(
  "the database that is down, not the first service that suffers from it",
  advised,
  (all) => {
    all.reverse();
    for (const host of ["web1", "web2"]) Object.assign(find(all, "icingaweb", host), { fit: false });
    Object.assign(find(all, "galera", "db2"), { fit: false, container: "restarting", health: undefined });
  },
  "See what it says: trivet logs dev galera --host db2",
);
test(
  "of two that are not fit the one that carries the other",
  advised,
  (all) => {
    Object.assign(find(all, "icingadb", "mon1"), { fit: false });
    Object.assign(find(all, "consul-agent", "db3"), { fit: false });
  },
  "See what it says: trivet logs dev consul-agent --host db3",
);
test(
  "no logs of a container that is not there",
  advised,
  (all) => Object.assign(find(all, "bind", "dns1"), { fit: false, container: "missing", health: undefined }),
  "Make its container again: trivet up dev",
);
test("nobody in particular", (t) => {
  t.is(
    adviceOn("dev", [{ rule: "one-leader", service: "consul-server", text: "they disagree" }] satisfies Problem[]),
    "See it change: trivet status dev --watch",
  );
});

test("for how long a container runs, as its daemon says", (t) => {
  t.is(secondsUp("Up Less than a second"), 0);
  t.is(secondsUp("Up 1 second"), 1);
  t.is(secondsUp("Up 42 seconds (Paused)"), 42);
  t.is(secondsUp("Up About a minute"), undefined);
  t.is(secondsUp("Up 3 days"), undefined);
});
