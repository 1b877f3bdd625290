import { galera } from "../../../components/galera/facts.ts";
import { running } from "../../audit/rule.ts";
import type { Mutant } from "../mutant.ts";

const policy = (name: string) => `docker update --restart ${name}`;

export const noRestart: Mutant = {
  name: "no-restart",
  title: "The database's containers stay down after a crash (restart policy no)",
  of: running(galera.name),
  inject: ({ container }) => `${policy("no")} ${container} > /dev/null`,
  heal: ({ container }) => `${policy("unless-stopped")} ${container} > /dev/null`,
  healed: ({ container }) =>
    `[ "$(docker inspect -f '{{.HostConfig.RestartPolicy.Name}}' ${container})" = unless-stopped ]`,
  foundBy: { rule: "restarts" },
};
