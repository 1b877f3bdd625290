import { running } from "../../audit/rule.ts";
import type { Mutant } from "../mutant.ts";

const onDatabase: Mutant["of"] = (inventory) => {
  const databases = running("galera")(inventory).map(({ host }) => host);
  return running("chrony")(inventory).filter(({ host }) => databases.includes(host));
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
