import test from "ava";
import { emptyRootZone, namedConf } from "../../../components/bind/config.ts";
import { DnsForwarder, type DnsForwarderArgs } from "../../../components/bind/index.ts";
import { UserError } from "../../../core/errors.ts";
import { three } from "../hosts.ts";
import { recordingMocks } from "../mocks.ts";

const mocks = await recordingMocks();
const args: DnsForwarderArgs = {
  hosts: three("dns", 53),
  image: "bind:1",
  clients: ["198.18.1.0/24"],
  probe: "galeradb.service.consul",
  lookups: ["pager.corp.internal", "example.org"],
};
const trusting = { validate: false, unsigned: [] };
const dns = new DnsForwarder("dns", args);
test.before(() => mocks.settled());

test("without upstream servers nothing but the domain resolves, and everything else fails at once", (t) => {
  t.is(
    namedConf({ clients: ["198.18.1.0/24", "198.18.2.0/24"], domain: "consul", forwarders: [], ...trusting }),
    `acl ours { 127.0.0.0/8; 198.18.1.0/24; 198.18.2.0/24; };
options {
  directory "/var/cache/bind";
  pid-file "/run/named/named.pid";
  listen-on port 53 { any; };
  listen-on-v6 { none; };
  recursion yes;
  allow-query { ours; };
  allow-recursion { ours; };
  allow-query-cache { ours; };
  dnssec-validation no;
  validate-except { "consul"; };
  max-cache-ttl 2;
  max-ncache-ttl 1;
  servfail-ttl 0;
};
zone "consul" { type forward; forward only; forwarders { 127.0.0.1 port 8600; }; };
zone "." { type primary; file "/etc/bind/empty-root"; };
`,
  );
  t.is(
    emptyRootZone("consul"),
    `$TTL 1
@ IN SOA localhost. root.localhost. 1 3600 600 86400 1
@ IN NS localhost.
localhost. IN A 127.0.0.1
consul. IN NS localhost.
`,
  );
});

test("with upstream servers they are asked for everything else, and believed", (t) => {
  const text = namedConf({ clients: [], domain: "consul", forwarders: ["192.0.2.1", "192.0.2.2"], ...trusting });
  t.true(text.includes('zone "." { type forward; forward only; forwarders { 192.0.2.1; 192.0.2.2; }; };'));
  t.true(text.includes("dnssec-validation no;"));
  t.false(text.includes("empty-root"));
});

test("with validation they must prove what they answer, but for the site's own domains", (t) => {
  const unsigned = ["corp.internal", "10.in-addr.arpa"];
  const conf = { clients: [], domain: "consul", validate: true, unsigned };
  const text = namedConf({ ...conf, forwarders: ["192.0.2.1"] });
  t.true(text.includes("  dnssec-validation auto;\n"));
  t.true(text.includes('  validate-except { "consul"; "corp.internal"; "10.in-addr.arpa"; };\n'));
  // The empty root proves nothing.
  t.true(namedConf({ ...conf, forwarders: [] }).includes("  dnssec-validation no;\n"));
});

test("names of the outer world to look up are a file for the health script", (t) => {
  t.is(mocks.files("dns1-bind")["/etc/trivet/bind/lookups"], "pager.corp.internal\nexample.org\n");
});

test("one server at a time, listed for the clients", (t) => {
  t.true(mocks.before("dns1-bind-healthy", "dns2-bind"));
  t.true(mocks.before("dns2-bind-healthy", "dns3-bind"));
  t.deepEqual(dns.servers, ["198.18.1.53", "198.18.2.53", "198.18.3.53"]);
  t.is(mocks.files("dns1-bind")["/etc/trivet/bind/probe"], "galeradb.service.consul\n");
});

test("refused", (t) => {
  t.throws(() => new DnsForwarder("dns", { ...args, clients: ["198.18.1.0"] }), {
    instanceOf: UserError,
    message:
      'DnsForwarder "dns" has clients[0] "198.18.1.0"; expected an IPv4 subnet, such as "10.1.0.0/24": correct it.',
  });
  t.throws(() => new DnsForwarder("dns", { ...args, hosts: [] }), {
    instanceOf: UserError,
    message: 'DnsForwarder "dns" has hosts []; expected one host at least: correct it.',
  });
});
