import type { Judge, Observation, Problem } from "../../core/health.ts";
import { disagree, problem, saidBy, when } from "../judgement.ts";
import { icingaAgent, icingaDb, icingaMaster, icingaSatellite, icingaWeb } from "./facts.ts";

/** All are connected, the masters know each other and can notify, one writes to the database, and each web front has its page. */
export const steady: Judge = (observations, inventory) => {
  // One that waits for its database knows nobody yet, and says why.
  const masters = saidBy(observations, icingaMaster.name).filter(({ health }) => health.connected !== undefined);
  const connections = saidBy(observations, icingaMaster.name, icingaSatellite.name, icingaAgent.name).flatMap(
    (node) => {
      const { connected = [], notConnected = [] } = node.health;
      return [
        ...when(notConnected.length > 0, "connected", node, `is not connected to ${notConnected.join(", ")}`),
        ...when(
          node.fit && node.service.service !== icingaMaster.name && connected.length + notConnected.length === 0,
          "connected",
          node,
          "knows nobody to connect to",
        ),
      ];
    },
  );
  const pairs = masters.flatMap((master) => {
    const others = observations
      .filter((seen) => seen.service.service === icingaMaster.name && seen.service.host !== master.service.host)
      .map((seen) => seen.service.host);
    const missing = others.filter(
      (other) => !master.health.connected?.includes(other) && !master.health.notConnected?.includes(other),
    );
    return when(missing.length > 0, "other-master", master, `does not know the other master ${missing.join(", ")}`);
  });
  const notifications = masters.flatMap((master) =>
    (master.health.notifications?.problems ?? []).map((why) =>
      problem("notifications", master, `can't notify: ${why}`),
    ),
  );
  return [...connections, ...pairs, ...notifications, ...writers(observations, inventory), ...pages(observations)];
};

/** Of the programs that may write states to the database, exactly one does. */
function writers(...[observations, inventory]: Parameters<Judge>): Problem[] {
  const ido = inventory.icinga.backend === "ido";
  const writer = ido ? icingaMaster.name : icingaDb.name;
  const candidates = saidBy(observations, writer);
  const active = candidates.filter(({ health }) => (ido ? health.idoActive : health.responsible));
  const named = active.map((seen) => seen.service.host).join(", ");
  return disagree(
    candidates.length > 0 && active.length !== 1,
    "one-writer",
    writer,
    `${active.length} Icinga masters write to the database${named && ` (${named})`}, expected exactly 1`,
  );
}

function pages(observations: readonly Observation[]): Problem[] {
  // One that waits for its database has no page yet, and says why.
  return saidBy(observations, icingaWeb.name)
    .filter(({ health }) => health.status !== undefined)
    .flatMap((front) => [
      ...when(
        front.health.status !== 200,
        "page",
        front,
        `gives HTTP status ${front.health.status} for its login page, expected 200`,
      ),
      ...when(front.health.database !== true, "web-database", front, "does not reach the database"),
    ]);
}
