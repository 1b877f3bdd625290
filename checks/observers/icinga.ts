import { apiPort, icingaMaster } from "../../components/icinga/facts.ts";
import { servicesOf } from "../../core/inventory.ts";
import { lookInside, perLook } from "./inside.ts";
import type { Observer } from "./site.ts";

/** What each master knows of every object, every 2 s, from its own API. */
export const observeIcinga: Observer = ({ inventory, signal, record }) => {
  const { user, password } = inventory.icinga.api;
  return servicesOf(inventory, icingaMaster.name).map((service) =>
    lookInside(
      {
        service,
        script: perLook('curl -K - <<< "$request"', `request='${curlConfig(user, password)}'`),
        every: 2_000,
        parse: parseObjects,
        record: (span, facts) => record({ kind: "look", what: "icinga", host: service.host, ...span, ...facts }),
      },
      signal,
    ),
  );
};

/**
 * For curl, within single quotes of the shell. Over loopback to itself: the certificate says nothing more. Credentials by this way
 * show on no command line.
 */
export function curlConfig(user: string, password: string): string {
  const url = (type: string) =>
    `url = "https://127.0.0.1:${apiPort}/v1/objects/${type}?attrs=last_check&attrs=state&attrs=state_type&attrs=last_hard_state_change"`;
  const quoted = `${user}:${password}`.replace(/["\\]/g, "\\$&").replaceAll("'", "'\\''");
  return ["silent", "show-error", "insecure", "max-time = 0.9", 'write-out = "\\n"', `user = "${quoted}"`]
    .concat(url("hosts"), url("services"))
    .join("\n");
}

interface Results {
  results: {
    name: string;
    attrs: { last_check: number; state: number; state_type: number; last_hard_state_change: number };
  }[];
}

/** Two lines of JSON: hosts, and services. An object that was never checked has `checked` 0. @throws on anything else */
export function parseObjects(answer: string) {
  const lists = answer.split("\n").filter(Boolean).map(results);
  if (lists.length !== 2) throw new Error(`the API answered ${lists.length} of 2 questions`);
  return {
    objects: Object.fromEntries(
      lists.flat().map(({ name, attrs: { last_check, state, state_type, last_hard_state_change } }) => [
        name,
        {
          checked: milliseconds(last_check),
          state,
          hard: state_type === 1,
          ...(state !== 0 && state_type === 1 && { since: milliseconds(last_hard_state_change) }),
        },
      ]),
    ),
  };
}

/** What never was is -1 s for Icinga. */
const milliseconds = (seconds: number): number => Math.max(0, Math.round(seconds * 1_000));

function results(line: string): Results["results"] {
  if (line.startsWith('{"results":')) return (JSON.parse(line) as Results).results;
  throw new Error(`the API said: ${line.slice(0, 150)}`);
}
