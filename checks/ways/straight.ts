import { Resolver } from "node:dns/promises";
import { connect } from "node:net";
import type { Ways } from "./way.ts";

/** From this machine, as applications come: to a lab, whose hosts it reaches. */
export const straight: Ways = {
  bySsh: false,
  to: ({ address, port }, work) =>
    work({
      left: false,
      connect: () => connect({ port, host: address, noDelay: true, keepAlive: true }),
      drop: (stream) => void stream.resetAndDestroy(),
      ended: async () => false,
    }),
  asker(servers, { timeout, tries }) {
    const resolver = new Resolver({ timeout, maxTimeout: timeout, tries });
    resolver.setServers(servers);
    return resolver;
  },
  avoid() {},
  hostsTo: () => [],
  explain: async () => undefined,
  async close() {},
};
