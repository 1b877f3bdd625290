import { chrony } from "../../../components/chrony/facts.ts";
import { galera } from "../../../components/galera/facts.ts";
import { running } from "../../audit/rule.ts";
import type { Mutant } from "../mutant.ts";

const onDatabase: Mutant["of"] = (inventory) => {
  const databases = running(galera.name)(inventory).map(({ host }) => host);
  return running(chrony.name)(inventory).filter(({ host }) => databases.includes(host));
};

export const timeOff: Mutant = {
  name: "time-off",
  title: "The database hosts have no time service running",
  of: onDatabase,
  inject: ({ container }) => `docker stop -t 5 ${container} > /dev/null`,
  heal: ({ container }) => `docker start ${container} > /dev/null`,
  healed: ({ container }) => `[ "$(docker inspect -f '{{.State.Running}}' ${container})" = true ]`,
  foundBy: { rule: "time-sources" },
};
