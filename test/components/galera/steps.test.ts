import test from "ava";
import { runScript } from "./script.ts";

/** Scripts whose clock is set while they wait: back by an hour, they must not stand still; ahead, they must not end at once. */
const back = "[ $(count steps) != 2 ] || step -3600";

test("the clock of a script is really set", async (t) => {
  const { asked } = await runScript({
    script: "guard/in-loop",
    replace: { "set -eu": "set -eu\na=$(date +%s); round; echo $((a - $(date +%s))) > $(dirname $0)/asked; exit" },
    commands: { round: "step -3600" },
  });
  t.true(Number(asked[0]) >= 3500 && Number(asked[0]) <= 3600, asked[0]);
});

test("guard: the lease runs out ten seconds after the last heartbeat, and what is open is healed", async (t) => {
  const { exitCode, asked, stderr } = await runScript({
    script: "guard/guard",
    args: ["watch"],
    files: { "var/journal/fault/heal": "ask healed\n", "var/journal/fault/healed": "true\n" },
    // The first round heals what an earlier guard left; what comes later waits for the lease.
    commands: {
      docker: 'ask "docker $1"',
      sleep: `n=$(count sleeps); if [ $n = 5 ]; then step -3600; mkdir -p $folder/var/journal/late; echo "touch $folder/late" > $folder/var/journal/late/heal; echo true > $folder/var/journal/late/healed; fi; exec /bin/sleep "$1"`,
    },
    input: "\n\n",
  });
  t.is(exitCode, 0);
  t.deepEqual(asked, ["docker rm"]);
  t.true(stderr.includes("no heartbeat for 10 s: heals late"), stderr);
});

test("in-loop: goes on", async (t) => {
  const { asked } = await runScript({
    script: "guard/in-loop",
    replace: {
      "set -eu":
        "set -eu\nFAULT=$(dirname $0)\nif [ $# = 0 ]; then set -- 1 round; bash $0 1 round; sleep 4; set -- --end; fi",
    },
    commands: { round: "ask round", sleep: `[ $1 != 0.5 ] || ${back}; exec /bin/sleep "$1"` },
  });
  t.true(asked.length >= 3, `${asked.length} rounds`);
});
