/**
 * resolv.conf of a host that asks several servers, any of which may be dead. glibc waits 5 s for a dead first server; with
 * these options it is 1 s, and `rotate` spreads the questions, so that two of three don't wait at all.
 */
export function resolvConf(servers: readonly string[]): string {
  return [...servers.map((server) => `nameserver ${server}`), "options timeout:1 attempts:2 rotate", ""].join("\n");
}
