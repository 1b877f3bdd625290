import test from "ava";
import * as fc from "fast-check";
import { zonesD } from "../../../components/icinga/objects.ts";
import { type Check, type WatchedHost, watchedHostSchema } from "../../../components/icinga/watched.ts";
import { UserError } from "../../../core/errors.ts";
import { topology } from "./site.ts";

const watched = (name: string, domain: string, checks: Check[], groups: string[] = []): WatchedHost => ({
  name,
  address: "198.18.3.61",
  domain,
  groups,
  checks,
});

const files = (...hosts: WatchedHost[]) =>
  zonesD({ topology, watched: hosts, checkInterval: "30s", credentials: ["monitor"] });

test("templates and groups go to every zone", (t) => {
  const { "global-templates/templates.conf": templates, "global-templates/groups.conf": groups } = files(
    watched("plain1", "fd3", [], ["plain", "all"]),
    watched("plain2", "fd3", [], ["all"]),
  );
  t.is(
    templates,
    `template Host "trivet-host" {
  check_interval = 15s
  retry_interval = 4s
  max_check_attempts = 3
  check_command = "icmp"
  vars.icmp_wrta = 1000
  vars.icmp_wpl = 80
  vars.icmp_crta = 2000
  vars.icmp_cpl = 100
  vars.icmp_timeout = 2
}

template Service "trivet-service" {
  check_interval = 30s
  retry_interval = 5s
  max_check_attempts = 3
  check_timeout = 5s
}
`,
  );
  t.is(groups, 'object HostGroup "all" { }\n\nobject HostGroup "plain" { }\n');
});

test("a host with each kind of check that works from outside", (t) => {
  const host = watched(
    "plain1",
    "fd3",
    [
      { kind: "ping", warning: { rtt: "20ms" } },
      { kind: "ssh", port: 2222 },
      {
        kind: "http",
        name: "shop",
        port: 8080,
        uri: "/cart?price=$5",
        header: "Cookie: a=b",
        string: 'a "b"',
        warning: "500ms",
      },
      { kind: "dns", lookup: "galeradb.service.consul", expected: ["198.18.1.11", "198.18.2.11"], interval: "1m" },
      { kind: "mysql" },
      { kind: "capacity", warning: "70%" },
      { kind: "ntp", server: "198.18.3.53" },
      { kind: "icinga" },
    ],
    ["plain"],
  );
  t.is(
    files(host)["fd3/hosts.conf"],
    `object Host "plain1" {
  import "trivet-host"
  address = "198.18.3.61"
  groups = [ "plain" ]
  vars.domain = "fd3"
}
object Service "ping" {
  import "trivet-service"
  host_name = "plain1"
  check_command = "icmp"
  vars.icmp_wrta = 20
  vars.icmp_wpl = 5
  vars.icmp_crta = 200
  vars.icmp_cpl = 15
}
object Service "ssh" {
  import "trivet-service"
  host_name = "plain1"
  check_command = "ssh"
  vars.ssh_port = 2222
}
object Service "shop" {
  import "trivet-service"
  host_name = "plain1"
  check_command = "http"
  check_timeout = 6s
  vars.http_port = 8080
  vars.http_uri = "/cart?price=$$5"
  vars.http_header = [ "Cookie: a=b" ]
  vars.http_string = "a \\"b\\""
  vars.http_warn_time = 0.5
  vars.http_critical_time = 5
}
object Service "dns" {
  import "trivet-service"
  host_name = "plain1"
  check_command = "dns"
  check_interval = 60s
  vars.dns_lookup = "galeradb.service.consul"
  vars.dns_server = "198.18.3.61"
  vars.dns_expected_answers = [ "198.18.1.11", "198.18.2.11" ]
  vars.dns_all_expected = true
  vars.dns_wtime = 0.5
  vars.dns_ctime = 2
}
object Service "mysql" {
  import "trivet-service"
  host_name = "plain1"
  check_command = "mysql"
  vars.mysql_file = "/etc/icinga2/credentials.cnf"
  vars.mysql_group = "credential_monitor"
}
object Service "capacity" {
  import "trivet-service"
  host_name = "plain1"
  check_command = "mysql_query"
  vars.mysql_query_file = "/etc/icinga2/credentials.cnf"
  vars.mysql_query_group = "credential_monitor"
  vars.mysql_query_execute = "SELECT trivet.disk_used()"
  vars.mysql_query_warning = 69.9
  vars.mysql_query_critical = 94.9
}
object Service "ntp" {
  import "trivet-service"
  host_name = "plain1"
  check_command = "ntp_time"
  vars.ntp_address = "198.18.3.53"
  vars.ntp_warning = 0.1
  vars.ntp_critical = 1
}
object Service "icinga" {
  import "trivet-service"
  host_name = "plain1"
  check_command = "http"
  vars.http_port = 5665
  vars.http_ssl = true
  vars.http_uri = "/v1"
  vars.http_expect = "HTTP/1.1 401"
}
`,
  );
});

test("whether a master can notify is asked on that master", (t) => {
  const text = files(watched("mon1", "fd1", [{ kind: "notifications" }]))["master/hosts.conf"]!;
  t.regex(text, /check_command = "trivet-notifications"\n {2}command_endpoint = "mon1"/);
});

test("disk and load run on the host itself", (t) => {
  const host = watched("app3", "fd3", [{ kind: "disk", path: "/srv", critical: "2.5%" }, { kind: "load" }]);
  t.is(
    files(host)["fd3/hosts.conf"],
    `object Host "app3" {
  import "trivet-host"
  address = "198.18.3.61"
  vars.domain = "fd3"
}
object Service "disk" {
  import "trivet-service"
  host_name = "app3"
  check_command = "trivet-disk"
  command_endpoint = "app3"
  vars.disk_partition = "/srv"
  vars.disk_wfree = "20%"
  vars.disk_cfree = "2.5%"
  vars.disk_exclude_type = [ ]
}
object Service "load" {
  import "trivet-service"
  host_name = "app3"
  check_command = "trivet-load"
  command_endpoint = "app3"
  vars.load_percpu = true
  vars.load_wload1 = 3
  vars.load_wload5 = 2
  vars.load_wload15 = 1.5
  vars.load_cload1 = 6
  vars.load_cload5 = 4
  vars.load_cload15 = 3
}
`,
  );
});

test("each host is watched by its domain's satellite; masters, satellites and domains without one by the masters", (t) => {
  const paths = (host: WatchedHost) => Object.keys(files(host)).filter((path) => path.endsWith("hosts.conf"));
  t.deepEqual(paths(watched("plain1", "fd3", [])), ["fd3/hosts.conf"]);
  t.deepEqual(paths(watched("sat1", "fd1", [{ kind: "load" }])), ["master/hosts.conf"]);
  t.deepEqual(paths(watched("plain2", "fd2", [])), ["master/hosts.conf"]);
  t.deepEqual(paths(watched("app2", "fd2", [{ kind: "load" }])), ["master/hosts.conf"]);
  t.deepEqual(paths(watched("mon1", "fd1", [{ kind: "load" }])), ["master/hosts.conf"]);
});

const refused = test.macro((t, host: WatchedHost, message: RegExp) => {
  t.throws(() => files(host), { instanceOf: UserError, message });
});

test(
  "disk on a host without Icinga is refused",
  refused,
  watched("plain1", "fd3", [{ kind: "disk" }]),
  /Host "plain1", check "disk" \(disk\) must run on the host itself.*role agent/,
);
test(
  "so is any check that asks for it",
  refused,
  watched("plain1", "fd3", [{ kind: "ssh", onAgent: true }]),
  /check "ssh" \(ssh\) must run on the host itself/,
);
test(
  "only a master notifies",
  refused,
  watched("app3", "fd3", [{ kind: "notifications" }]),
  /check "notifications": only a master notifies; leave the check out/,
);
test(
  "load from outside is refused",
  refused,
  watched("app3", "fd3", [{ kind: "load", onAgent: false }]),
  /load can't be asked from outside/,
);
test(
  "an agent watched in another domain than its own is refused",
  refused,
  watched("app3", "fd1", [{ kind: "load" }]),
  /watched by zone fd1, but its own Icinga is in zone app3 of fd3/,
);
test(
  "an unknown credential is refused",
  refused,
  watched("db1", "fd3", [{ kind: "mysql", credential: "shop" }]),
  /no credential is named "shop"; known: monitor/,
);
test("two hosts of one name are refused", (t) => {
  const host = watched("plain1", "fd3", []);
  t.throws(() => files(host, host), { instanceOf: UserError, message: /Two watched hosts are named "plain1"/ });
});

/** DSL without what is in string literals: the code that Icinga would run. */
const code = (dsl: string) => dsl.replace(/"(?:\\.|[^"\\\n])*"/g, '""');
const literals = (dsl: string) =>
  [...dsl.matchAll(/"((?:\\.|[^"\\\n])*)"/g)].map(([, text]) => text!.replace(/\\(.)/g, "$1"));

test("whatever the schema lets in stays inside its string literal", (t) => {
  const unit = fc.oneof(
    // What has a meaning in the DSL, or in Icinga's macros.
    { weight: 20, arbitrary: fc.constantFrom(..."\"\\$[]{};/*#'=% a") },
    { weight: 10, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }) },
    // What is refused.
    { weight: 1, arbitrary: fc.constantFrom(..."!\n\r\0\u0085") },
  );
  const odd = fc.string({ unit, minLength: 1, maxLength: 12 });
  const plain = code(
    files(watched("name", "fd3", [{ kind: "http", name: "check", uri: "/x", vhost: "x", string: "x" }], ["group"]))[
      "fd3/hosts.conf"
    ]!,
  );
  let accepted = 0;
  fc.assert(
    fc.property(odd, odd, odd, odd, odd, (name, group, check, uri, string) => {
      const checks = [{ kind: "http", name: check, uri: `/${uri}`, vhost: uri, string }];
      const parsed = watchedHostSchema.safeParse({
        name,
        address: "198.18.3.61",
        domain: "fd3",
        groups: [group],
        checks,
      });
      if (!parsed.success) return;
      accepted++;
      const dsl = files(parsed.data)["fd3/hosts.conf"]!;
      t.is(code(dsl), plain);
      const verbatim = (text: string) => text.replaceAll("$", "$$$$");
      for (const text of [name, group, check, `/${verbatim(uri)}`, verbatim(string)])
        t.true(literals(dsl).includes(text));
    }),
    { numRuns: 500 },
  );
  t.true(accepted > 100, `only ${accepted} of the generated hosts were accepted`);
});

// Of the library's commands only `icmp` does not look at address6 by itself; it is also how the host itself is looked at.
test("a host with an IPv6 address is watched by it", (t) => {
  const host = {
    ...watched("six", "fd3", [{ kind: "ping" }, { kind: "dns", lookup: "a.example" }]),
    address: "2001:db8::7",
  };
  const { "fd3/hosts.conf": text } = files(host);
  t.true(
    text!.startsWith(`object Host "six" {
  import "trivet-host"
  address6 = "2001:db8::7"
  vars.icmp_address = "2001:db8::7"
  vars.domain = "fd3"
}
`),
    text,
  );
  t.regex(text!, /vars\.dns_server = "2001:db8::7"/);
});
