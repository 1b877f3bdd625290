import { icingaAgent, icingaDb, icingaMaster, icingaSatellite, icingaWeb } from "../../../components/icinga/facts.ts";
import { each, type Rule, running, unless } from "../rule.ts";

/** Who looks up the database's name. The containers of a pod share its resolv.conf, but the first may have changed it. */
const clients = [icingaMaster.name, icingaSatellite.name, icingaAgent.name, icingaDb.name, icingaWeb.name];

export const resolvers: Rule = {
  name: "resolvers",
  title: "every client lists all DNS servers, and waits one second for a dead one",
  of: running(...clients),
  ask: { script: "cat /etc/resolv.conf" },
  judge: each(({ said }, { dnsServers }) => {
    const listed = [...said.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, server]) => server!);
    const options = [...said.matchAll(/^\s*options\s+(.+)$/gm)].flatMap(([, all]) => all!.trim().split(/\s+/));
    const missing = dnsServers.filter((server) => !listed.includes(server));
    const mend = "restart the container: it writes its resolv.conf anew";
    return [
      ...unless(
        missing.length === 0,
        `resolv.conf lists ${listed.join(", ") || "no server"}`,
        `also ${missing.join(", ")}: with the listed ones dead, there is no name`,
        mend,
      ),
      ...unless(
        listed.every((server) => dnsServers.includes(server)),
        `resolv.conf lists ${listed.filter((server) => !dnsServers.includes(server)).join(", ")}`,
        `only ${dnsServers.join(", ")}: others don't know the name`,
        mend,
      ),
      ...unless(
        options.includes("timeout:1"),
        `resolv.conf has the options: ${options.join(" ") || "none"}`,
        "timeout:1; glibc's default waits 5 s for a dead server",
        mend,
      ),
    ];
  }),
};
