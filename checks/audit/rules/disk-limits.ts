import { galera } from "../../../components/galera/facts.ts";
import { each, type Rule, running, unless } from "../rule.ts";

export const diskLimits: Rule = {
  name: "disk-limits",
  title: "a database node judges its disks by the limits of the settings",
  of: running(galera.name),
  ask: { script: "cat /etc/trivet/galera/running/capacity" },
  judge: each(({ said }, { database: { disk } }) => {
    if (!disk) return [];
    return Object.entries(disk).flatMap(([name, limit]) => {
      const [, used = "nothing"] = new RegExp(`^${name}=(.*)$`, "m").exec(said) ?? [];
      return unless(
        used === String(limit),
        `${name} is ${used}`,
        `${limit} percent`,
        "bring the settings to the nodes: trivet up <environment>",
      );
    });
  }),
};
