import { galera } from "../../../components/galera/facts.ts";
import { each, pairs, type Rule, running, unless, variables } from "../rule.ts";

const options = "wsrep_provider_options";
const names = [
  "suspect_timeout",
  "inactive_check_period",
  "join_retrans_period",
  "inactive_timeout",
  "install_timeout",
];

/** Seconds of one period: `evs.suspect_timeout = PT1S`. What the library itself uses: MariaDB's own variables may say another thing. */
function period(all: string, name: string): number {
  const found = new RegExp(`evs\\.${name} = PT(?:(\\d+)H)?(?:(\\d+)M)?(?:([\\d.]+)S)?`).exec(all);
  if (!found) return Number.NaN;
  const [, hours = 0, minutes = 0, seconds = 0] = found;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

const MEND =
  "run apply-settings of /usr/local/lib/trivet in the container: it sets the periods of the component; for another budget: database.profile, database.evs";

export const evictionTime: Rule = {
  name: "eviction-time",
  title: "a dead database node is out of the cluster within its budget",
  of: running(galera.name),
  ask: variables(options),
  judge: each(({ said }, { chaos }) => {
    const all = pairs(said)[options] ?? "";
    const [suspect, check, retransmit, inactive, install] = names.map((name) => period(all, name));
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
