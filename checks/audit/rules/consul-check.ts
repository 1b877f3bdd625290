import { api, consulAgent } from "../../../components/consul/facts.ts";
import { healthUrl } from "../../../components/galera/facts.ts";
import { parseDuration } from "../../../core/goDuration.ts";
import { each, type Rule, running, unless } from "../rule.ts";

const milliseconds = (duration: string): number => (parseDuration(duration) ?? Number.NaN) / 1e6;

/** What the database must have been asked for, by the answer that Consul keeps: its own words stand before those of the keeper. */
const FIT = /(^|Output: )Primary 4 ON writable(,|$)/;

interface Facts {
  /** The check as the agent runs it. */
  checks: { id: string; type: string; output: string }[];
  /** Its settings. */
  settings: { id: string; http: string; interval: string; timeout: string; deregister: string }[];
}

export const consulCheck: Rule = {
  name: "consul-check",
  title: "Consul asks the database itself, often enough, whether a node is fit for clients",
  of: running(consulAgent.name),
  // Of all checks those by which clients are sent to a node. What the agent shows of its settings is as of its start; its file is what it took at the last reload.
  ask: {
    script: `
checks=$(curl -sf --max-time 3 ${api}/agent/checks)
jq -c --argjson checks "$checks" '{
  checks: [$checks[] | select(.CheckID | endswith("-fit")) | {id: .CheckID, type: .Type, output: .Output}],
  settings: [.services[].checks[] | select(.id | endswith("-fit")) | {id, http: (.http // "nothing"), interval, timeout: (.timeout // "30s"), deregister: (.deregister_critical_service_after // "0s")}]
}' /etc/consul.d/trivet/agent.json`,
  },
  judge: each(({ said }, { chaos }) => {
    const { checks, settings } = JSON.parse(said) as Facts;
    const mend = "correct the service's check in the agent's configuration, then: consul reload";
    return [
      ...unless(checks.length > 0, "no check of the database", "one that asks the keeper", mend),
      ...checks.flatMap(({ id, type, output }) => [
        ...unless(
          type === "http",
          `check ${id} is of type ${type}`,
          "http, to the keeper, which asks the database: a port that accepts connections says nothing of Primary and Synced",
          mend,
        ),
        ...unless(
          type !== "http" || FIT.test(output.trim()),
          `check ${id} was answered: ${output.trim() || "nothing"}`,
          "wsrep_cluster_status, wsrep_local_state, wsrep_ready and read_only: Primary 4 ON writable",
          mend,
        ),
      ]),
      ...settings.flatMap(({ id, http, interval, timeout, deregister }) => [
        ...unless(
          http === healthUrl("consul"),
          `check ${id} asks ${http}`,
          `${healthUrl("consul")}: whatever else answers there knows nothing of the database`,
          mend,
        ),
        ...unless(
          milliseconds(interval) <= 2000 && milliseconds(interval) + milliseconds(timeout) <= chaos.budgets.check,
          `check ${id} runs every ${interval}, with a timeout of ${timeout}`,
          `every 2 s at most, and together no longer than the budget of ${chaos.budgets.check / 1000} s`,
          mend,
        ),
        ...unless(
          milliseconds(deregister) === 0,
          `check ${id} removes the service after ${deregister}`,
          "never: DNS hides a critical one already, and a removed one does not come back by itself",
          mend,
        ),
      ]),
    ];
  }),
};
