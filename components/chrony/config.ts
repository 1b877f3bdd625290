export interface ServerConfig {
  /** Subnets in CIDR notation that may ask. */
  clients: string[];
  /** The other time hosts of the site. */
  peers: string[];
  /** Sources beyond the site; none where there is no internet and no radio clock. */
  upstream: string[];
}

/**
 * The common part: a large offset is stepped away at the start, later ones are slewed. Programs of the same host may ask for
 * the offset (and nothing else: commands that change something come by the socket).
 */
const common = `driftfile /var/lib/chrony/drift
makestep 1.0 3
bindcmdaddress /run/chrony/chronyd.sock
bindcmdaddress 127.0.0.1
cmdport 323
`;

/**
 * chrony.conf of a time host. Orphan mode (stratum 8): without upstream the time hosts agree on one of themselves, so that
 * all clocks of the site stay together while nobody outside is heard. Then nobody could outvote that one, should its clock
 * jump: so the others do not follow a jump of more than a second, which leaves the site with a majority that is right.
 */
export function serverConf({ clients, peers, upstream }: ServerConfig): string {
  return [
    ...upstream.map((source) => `server ${source} iburst`),
    ...peers.map((peer) => `server ${peer} iburst minpoll 2 maxpoll 4`),
    "local stratum 8 orphan",
    ...(upstream.length === 0 ? ["maxchange 1 3 -1"] : []),
    ...clients.map((subnet) => `allow ${subnet}`),
    common,
  ].join("\n");
}

/** chrony.conf of a client of all the site's time hosts. Polls every 4 to 16 s: they are near, and cheap to ask. */
export function clientConf(servers: readonly string[]): string {
  return [...servers.map((server) => `server ${server} iburst minpoll 2 maxpoll 4`), "port 0", common].join("\n");
}
