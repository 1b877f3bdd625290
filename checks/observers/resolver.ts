import { icingaMaster, icingaWeb } from "../../components/icinga/facts.ts";
import { type Inventory, servicesOf } from "../../core/inventory.ts";
import { lookInside, perLook } from "./inside.ts";
import { answeredHosts } from "./name.ts";
import type { Observer } from "./site.ts";

/** With three dead servers the C library gives up after 3 × 2 × 1 s. */
const TIMEOUT = 7_000;

/** Masters and web hosts look the database's name up as their programs do, once a second. */
export const observeResolvers: Observer = ({ inventory, signal, record }) =>
  servicesOf(inventory, icingaMaster.name, icingaWeb.name).map((service) =>
    lookInside(
      {
        service,
        script: perLook(`getent ahostsv4 '${inventory.database.name}'`),
        every: 1_000,
        timeout: TIMEOUT,
        parse: (answer) => parseResolver(answer, inventory),
        record: (span, facts) => record({ kind: "look", what: "resolver", host: service.host, ...span, ...facts }),
      },
      signal,
    ),
  );

/** What `getent ahostsv4` printed. @throws when it found nothing, for whatever reason: it does not tell */
export function parseResolver(answer: string, inventory: Pick<Inventory, "hosts">): { answers: string[] } {
  const addresses = answer.split("\n").flatMap((line) => /^\d+(?:\.\d+){3}(?= )/.exec(line) ?? []);
  if (addresses.length === 0) throw new Error("the look-up found nothing");
  return { answers: answeredHosts(addresses, inventory) };
}
