import { api, consulServer } from "../../../components/consul/facts.ts";
import { each, type Rule, running, unless } from "../rule.ts";

interface Facts {
  /** Go durations: `1s`. The default of Consul is 5 s. */
  election: string;
  bootstrap: boolean;
  expect: number;
  leaveOnTerminate: boolean;
  voters: string[];
  joins: string[];
}

const MEND = "correct agent.json, and restart this server once the others are healthy";

export const consulQuorum: Rule = {
  name: "consul-quorum",
  title: "the Consul servers replace a dead leader quickly, and none of them would elect itself alone",
  of: running(consulServer.name),
  ask: {
    script: `
api=${api}
jq -cn --argjson self "$(curl -sf --max-time 3 $api/agent/self)" --argjson raft "$(curl -sf --max-time 3 "$api/operator/raft/configuration?stale")" '
  $self.DebugConfig | {
    election: .ConsulRaftElectionTimeout, bootstrap: .Bootstrap, expect: .BootstrapExpect, leaveOnTerminate: .LeaveOnTerm,
    voters: [$raft.Servers[] | select(.Voter) | .Node], joins: .RetryJoinLAN}'`,
  },
  judge: each(({ said }, inventory) => {
    const { election, bootstrap, expect, leaveOnTerminate, voters, joins } = JSON.parse(said) as Facts;
    const servers = running(consulServer.name)(inventory);
    const silent = servers.filter(({ host }) => !voters.includes(host));
    const unknown = servers.filter(({ address }) => !joins.includes(address));
    return [
      ...unless(
        ["500ms", "1s", "2s"].includes(election),
        `raft election timeout ${election}`,
        "at most 2 s (raft_multiplier 1 or 2): until there is a leader, no unfit node leaves the name",
        MEND,
      ),
      ...unless(
        !bootstrap && expect === servers.length,
        bootstrap ? "bootstrap = true" : `bootstrap_expect = ${expect}`,
        `bootstrap_expect = ${servers.length}`,
        MEND,
      ),
      ...unless(
        !leaveOnTerminate,
        "leave_on_terminate = true",
        "false: a server that leaves when it is restarted changes the quorum",
        MEND,
      ),
      ...unless(
        silent.length === 0,
        `voters: ${voters.join(", ")}`,
        `also ${silent.map(({ host }) => host).join(", ")}`,
        "see why it is no voter: trivet logs <environment> consul-server",
      ),
      ...unless(
        unknown.length === 0,
        `retry_join = ${joins.join(", ")}`,
        `also ${unknown.map(({ address }) => address).join(", ")}`,
        MEND,
      ),
    ];
  }),
};
