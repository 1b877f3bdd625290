import type { Judge } from "../../core/health.ts";
import { countOf, disagree, saidBy, when } from "../judgement.ts";
import { consulAgent, consulServer } from "./facts.ts";

/** One leader, known to all, and every server votes. */
export const steady: Judge = (observations) => {
  const expected = countOf(observations, consulServer.name);
  const servers = saidBy(observations, consulServer.name);
  const members = saidBy(observations, consulServer.name, consulAgent.name);
  const leaders = servers.filter(({ health }) => health.isLeader);
  const named = new Set(members.map(({ health }) => health.leader).filter(Boolean));
  return [
    ...disagree(
      servers.length > 0 && leaders.length !== 1,
      "one-leader",
      consulServer.name,
      `Consul has ${leaders.length} leaders${leaders.length ? ` (${leaders.map((leader) => leader.service.host).join(", ")})` : ""}, expected 1`,
    ),
    ...disagree(
      named.size > 1,
      "one-leader",
      consulServer.name,
      `Consul's members name different leaders: ${[...named].sort().join(", ")}`,
    ),
    ...members.flatMap((member) => when(!member.health.leader, "leader", member, "knows no leader")),
    ...servers.flatMap((server) =>
      when(
        server.health.voters !== expected,
        "voters",
        server,
        `counts ${server.health.voters} voters, expected ${expected}`,
      ),
    ),
  ];
};
