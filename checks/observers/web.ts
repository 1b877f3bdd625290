import { get, type IncomingMessage } from "node:http";
import { now } from "../history/events.ts";
import { NoWay, type Ways } from "../ways/index.ts";
import { every } from "./pace.ts";
import type { Observer } from "./site.ts";

/** Milliseconds in which the page has to be there. */
const TIMEOUT = 3_000;

/** The login page through the entry, once a second. */
export const observeWeb: Observer = ({ inventory, ways, signal, record }) => {
  // The parameter and any cookie skip the page's test for cookies.
  const page = new URL("/icingaweb2/authentication/login?_checkCookie=1", inventory.web.url);
  return [
    every(1_000, signal, async (t) => {
      const found = await status(page, ways, signal).then(
        (status) => ({ status }),
        (error: Error) => (error instanceof NoWay ? undefined : { error: explain(error) }),
      );
      // Where no way was there nobody looked.
      if (found && !signal.aborted) record({ kind: "look", what: "web", t, end: now(), ...found });
    }),
  ];
};

/** Each look has a connection of its own, as a person who comes along. */
const status = (page: URL, ways: Ways, stop: AbortSignal): Promise<number> =>
  ways.to({ address: page.hostname, port: Number(page.port) || 80 }, async (way) => {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT)]);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { cookie: "look=1", connection: "close" };
      get(page, { createConnection: () => way.connect(), headers, signal }, resolve).on("error", reject);
    });
    for await (const _ of answer);
    return answer.statusCode!;
  });

/** An abort keeps what really happened in the cause. */
export function explain(error: Error): string {
  const { name, code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
  return name === "TimeoutError" ? `no page in ${TIMEOUT / 1000} s` : (code ?? message);
}
