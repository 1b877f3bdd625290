import { icingaMaster } from "../../../components/icinga/facts.ts";
import { each, type Rule, running, unless } from "../rule.ts";
import { icingaStatus, statusOf } from "./icinga.ts";

interface Listener {
  zones: Record<string, { endpoints: string[] }>;
}

export const masterZone: Rule = {
  name: "master-zone",
  title: "Icinga's master zone holds both masters, and nobody else",
  of: running(icingaMaster.name),
  ask: icingaStatus,
  judge: each((answer, inventory) => {
    const { zones } = (statusOf(answer, "ApiListener") as unknown as { api: Listener }).api;
    const found = (zones.master?.endpoints ?? []).toSorted();
    const masters = running(icingaMaster.name)(inventory)
      .map(({ host }) => host)
      .toSorted();
    return [
      ...unless(
        found.join() === masters.join(),
        `zone master holds ${found.join(", ") || "nobody"}`,
        masters.join(", "),
        "correct zones.conf, and restart it",
      ),
      ...unless(
        masters.length === 2,
        `${masters.length} masters`,
        "two: Icinga knows no more in a zone",
        "give two hosts the role master",
      ),
    ];
  }),
};
