import { icingaDb, icingaMaster } from "../../components/icinga/facts.ts";
import { servicesOf } from "../../core/inventory.ts";
import { lookInside, perLook, perSession } from "./inside.ts";
import type { Observer, Site, Span } from "./site.ts";

/** Which of the two programs writes Icinga's states to the database, once a second. */
export const observeWriters: Observer = (site) =>
  site.inventory.icinga.backend === icingaDb.name ? observeIcingaDb(site) : observeIdo(site);

/** Milliseconds that a heartbeat stays news; the daemon gives one each second. */
const FRESH = 5_000;

/** Icinga DB says once a second in its Redis how it is. */
const observeIcingaDb = ({ inventory, signal, record }: Site) =>
  servicesOf(inventory, icingaDb.name).map((service) => {
    const fresh = freshness();
    return lookInside(
      {
        service,
        script: perSession("REDISCLI_AUTH=$(< /run/trivet/redis-password) redis-cli --raw -p 6380"),
        question: () => 'XREVRANGE icingadb:telemetry:heartbeat + - COUNT 1\nECHO "\\x1e"',
        every: 1_000,
        parse: parseHeartbeat,
        record: (span, beat) => {
          const silent = beat && fresh(beat.id, span.end);
          const facts = silent ? { error: silent } : { responsible: beat?.responsible };
          record({ kind: "look", what: "writer", host: service.host, ...span, ...facts });
        },
      },
      signal,
    );
  });

/** The IDO feature belongs to the master itself: of the two, the active one is connected. */
const observeIdo = ({ inventory, signal, record }: Site) =>
  servicesOf(inventory, icingaMaster.name).map((service) =>
    lookInside(
      {
        service,
        script: perLook("health"),
        every: 1_000,
        parse: parseIdo,
        record: (span: Span, facts) => record({ kind: "look", what: "writer", host: service.host, ...span, ...facts }),
      },
      signal,
    ),
  );

/** Entry of the stream: its id, then field and value by turns. @throws when there is none */
export function parseHeartbeat(answer: string): { id: string; responsible: boolean } {
  const [id = "", ...rest] = answer.split("\n");
  if (!/^\d+-\d+$/.test(id)) throw new Error(answer.trim() || "it has said nothing yet");
  return { id, responsible: rest[rest.indexOf("ha-responsible") + 1] === "1" };
}

/** What the health script of a master printed. @throws when the database feature is not in it */
export function parseIdo(answer: string): { responsible: boolean } {
  const { idoActive, detail } = JSON.parse(answer);
  if (typeof idoActive !== "boolean") throw new Error(detail);
  return { responsible: idoActive };
}

/** Tells how long a beat has been the same by the suite's clock: the container's own may be what is broken. */
export function freshness(): (id: string, t: number) => string | undefined {
  let [last, since] = ["", 0];
  return (id, t) => {
    if (id !== last) [last, since] = [id, t];
    return t - since > FRESH ? `it has said nothing for ${Math.round((t - since) / 1000)} s` : undefined;
  };
}
