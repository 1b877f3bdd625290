import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import { haproxyCfg } from "../../../components/proxy/config.ts";
import { EntryProxy } from "../../../components/proxy/index.ts";
import { UserError } from "../../../core/errors.ts";
import { host } from "../icinga/site.ts";
import { echoMocks } from "../provided.ts";

test("visitors stay with a web host by a cookie and leave it when its login page does", (t) => {
  const cfg = haproxyCfg({
    bindAddress: "127.0.0.1",
    port: 8080,
    backends: [
      { name: "web1", address: "198.18.1.81", port: 80 },
      { name: "web2", address: "198.18.2.81", port: 80 },
    ],
  });
  t.is(
    cfg,
    `global
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
  bind 127.0.0.1:8080
  # 200 while any web host is there, else 503: for whatever watches the proxy itself.
  monitor-uri /health
  monitor fail if { nbsrv(web) eq 0 }
  default_backend web

backend web
  balance roundrobin
  cookie TRIVET_WEB insert indirect nocache httponly
  option httpchk
  http-check send meth GET uri /icingaweb2/authentication/login?_checkCookie=1 hdr Cookie health=1
  http-check expect status 200
  # Two failures a second apart and a visitor goes elsewhere; a web host that just started is used at its second good answer.
  default-server check inter 1s fall 2 rise 2 on-marked-down shutdown-sessions
  server web1 198.18.1.81:80 cookie web1
  server web2 198.18.2.81:80 cookie web2
`,
  );
});

await pulumi.runtime.setMocks(echoMocks);
const args = {
  host: host("entry", "office", "198.18.4.10"),
  image: "proxy:1",
  backends: [host("web1", "fd1", "198.18.1.81")],
  backendPort: 80,
};

test("its one service", (t) => {
  t.deepEqual(
    new EntryProxy("entry", args).services.map(({ container }) => container),
    ["trivet-unit-entry-proxy"],
  );
});

const refused = test.macro((t, change: object, message: RegExp) => {
  t.throws(() => new EntryProxy("refused", { ...args, ...change }), { instanceOf: UserError, message });
});
test("no web host is refused", refused, { backends: [] }, /has backends \[\]; expected one host at least/);
test("an address with more in it is refused", refused, { bindAddress: "127.0.0.1:80\n" }, /expected an IPv4 address/);
