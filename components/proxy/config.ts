/** haproxy.cfg of the entry proxy; pure text. */

export interface ProxyConfigArgs {
  bindAddress: string;
  port: number;
  /** Web hosts in the order of preference for a visitor without a cookie (there is none: they take turns). */
  backends: { name: string; address: string; port: number }[];
}

/** The page that a web host must answer for to get visitors; the parameter and any cookie skip its test for cookies. */
export const loginPage = "/icingaweb2/authentication/login?_checkCookie=1";

/**
 * Visitors stay with a web host by a cookie: Icinga Web keeps sessions in files of its own host and has no way to share
 * them short of a third store that would have to be made to survive as well. When the host goes, its visitors land on the
 * other one, where "stay logged in" (kept in the database, the same for both) or a new login lets them on.
 */
export function haproxyCfg({ bindAddress, port, backends }: ProxyConfigArgs): string {
  const servers = backends.map(({ name, address, port }) => `  server ${name} ${address}:${port} cookie ${name}`);
  return `global
  log stderr format raw local0 notice
  maxconn 500
  nbthread 1
  user haproxy
  group haproxy
  stats socket /run/haproxy/stats level operator

defaults
  mode http
  log global
  option httplog
  option dontlog-normal
  option forwardfor
  option redispatch 1
  retries 2
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  timeout http-request 5s
  timeout check 2s

frontend entry
  bind ${bindAddress}:${port}
  # 200 while any web host is there, else 503: for whatever watches the proxy itself.
  monitor-uri /health
  monitor fail if { nbsrv(web) eq 0 }
  default_backend web

backend web
  balance roundrobin
  cookie TRIVET_WEB insert indirect nocache httponly
  option httpchk
  http-check send meth GET uri ${loginPage} hdr Cookie health=1
  http-check expect status 200
  # Two failures a second apart and a visitor goes elsewhere; a web host that just started is used at its second good answer.
  default-server check inter 1s fall 2 rise 2 on-marked-down shutdown-sessions
${servers.join("\n")}
`;
}
