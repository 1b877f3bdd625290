import { icingaAgent, icingaDb, icingaMaster, icingaSatellite } from "../../../components/icinga/facts.ts";
import { each, type Rule, running } from "../rule.ts";

/** The features of Icinga that write states to Redis or the database, by the type of their object. */
const writers = { IcingaDB: icingaDb.name, IdoMysqlConnection: "ido" } as const;

/** Icinga's API tells nothing of IcingaDB objects on a node without API users, so what the daemon loads is read. */
export const databaseWriters: Rule = {
  name: "database-writers",
  title: "the masters write states for the database, and nobody else does",
  of: running(icingaMaster.name, icingaSatellite.name, icingaAgent.name),
  ask: {
    script: `sed -nE 's/^ *object +(${Object.keys(writers).join("|")}) .*/\\1/p' /etc/icinga2/features-enabled/*.conf | sort -u`,
  },
  judge: each(({ said, service }, { icinga: { backend } }) =>
    Object.entries(writers).flatMap(([type, feature]) => {
      const on = said.split("\n").includes(type);
      const must = service.service === icingaMaster.name && feature === backend;
      if (on === must) return [];
      return [
        {
          said: `the feature ${feature} is ${on ? "on" : "off"}`,
          expected: on ? "off: two that write the same states contradict each other" : "on",
          mend: on
            ? `remove what defines the object ${type} from features-enabled there, and restart it`
            : "replace the container: its features are not those of the component",
        },
      ];
    }),
  ),
};
