import { now } from "../history/events.ts";
import { every } from "./pace.ts";
import type { Observer } from "./site.ts";

/** Milliseconds in which the page has to be there. */
const TIMEOUT = 3_000;

/** The login page through the entry, once a second, from here. */
export const observeWeb: Observer = ({ inventory, signal, record }) => {
  // The parameter and any cookie skip the page's test for cookies.
  const page = new URL("/icingaweb2/authentication/login?_checkCookie=1", inventory.web.url);
  return [
    every(1_000, signal, async (t) => {
      const found = await status(page, signal).then(
        (status) => ({ status }),
        (error: Error) => ({ error: explain(error) }),
      );
      if (!signal.aborted) record({ kind: "look", what: "web", t, end: now(), ...found });
    }),
  ];
};

/** Each look has a connection of its own, as a person who comes along. */
async function status(page: URL, stop: AbortSignal): Promise<number> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT)]);
  const response = await fetch(page, {
    signal,
    redirect: "manual",
    headers: { cookie: "look=1", connection: "close" },
  });
  await response.arrayBuffer();
  return response.status;
}

/** `fetch` keeps what really happened in the cause. */
export function explain(error: Error): string {
  if (error.name === "TimeoutError") return `no page in ${TIMEOUT / 1000} s`;
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
