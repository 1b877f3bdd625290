import { each, pairs, type Rule, running, unless, variables } from "../rule.ts";

const prefix = "wsrep_provider_evs_";
const names = [
  "suspect_timeout",
  "inactive_check_period",
  "join_retrans_period",
  "inactive_timeout",
  "install_timeout",
];

const MEND =
  "run apply-settings of /usr/local/lib/trivet in the container: it sets the periods of the component; for another budget: database.profile, database.evs";

export const evictionTime: Rule = {
  name: "eviction-time",
  title: "a dead database node is out of the cluster within its budget",
  of: running("galera"),
  ask: variables(...names.map((name) => prefix + name)),
  judge: each(({ said }, { chaos }) => {
    const found = pairs(said);
    const [suspect, check, retransmit, inactive, install] = names.map((name) => Number(found[prefix + name]));
    // Suspected, noticed at the next check, and agreed on when a join message that was held back is sent again.
    const worst = suspect! + check! + retransmit!;
    return [
      ...unless(
        worst * 1000 <= chaos.budgets.evict,
        `evs: suspect_timeout ${suspect} s + inactive_check_period ${check} s + join_retrans_period ${retransmit} s = ${worst.toFixed(1)} s`,
        `at most ${chaos.budgets.evict / 1000} s together`,
        MEND,
      ),
      ...unless(
        install! <= inactive!,
        `evs: install_timeout ${install} s, inactive_timeout ${inactive} s`,
        "install_timeout no longer than inactive_timeout",
        MEND,
      ),
    ];
  }),
};
