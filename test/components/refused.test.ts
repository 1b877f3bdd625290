// Every argument that is wrong by itself is refused at once, by component, path, what was given and what was expected.
import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import {
  CertificateAuthority,
  ConfigFiles,
  ConsulCluster,
  certificate,
  DnsForwarder,
  EntryProxy,
  GaleraCluster,
  GaleraSupervisor,
  type Host,
  IcingaAgent,
  IcingaMasters,
  IcingaSatellite,
  IcingaWeb,
  TimeService,
  UserError,
} from "../../components/index.ts";
import { host, three } from "./hosts.ts";
import { recordingMocks } from "./mocks.ts";

await recordingMocks();

// biome-ignore lint/suspicious/noExplicitAny: arguments as someone without a type checker gives them
type Args = any;

const db = three("db", 11);
const [one, two] = [host("mon1", "fd1", "198.18.1.31"), host("mon2", "fd2", "198.18.2.31")];
const access = { host: "galeradb.service.consul", name: "icinga", user: "icinga", password: "hidden" };
const cluster = new GaleraCluster("shop", { hosts: db, image: "galera:1" });
const satelliteHost = host("sat1", "fd1", "198.18.1.41");
const agentHost = host("app1", "fd1", "198.18.1.51");
const mastersArgs = {
  hosts: [one, two],
  satellites: [satelliteHost],
  agents: [agentHost],
  image: "icinga:1",
  icingadbImage: "icingadb:1",
  database: access,
  watched: [],
};
const masters = new IcingaMasters("icinga", mastersArgs);
const authority = new CertificateAuthority("ca", { commonName: "CA" });
const service = {
  name: "shop-db",
  hosts: db,
  port: 3306,
  check: { script: "#!/bin/sh\n", interval: "2s", timeout: "2s" },
};

/** Right arguments of each component. */
const right: Record<string, [(args: Args) => unknown, Args]> = {
  GaleraCluster: [(args) => new GaleraCluster("it", args), { hosts: db, image: "galera:1" }],
  GaleraSupervisor: [
    (args) => new GaleraSupervisor("it", args),
    { cluster, image: "supervisor:1", service: "shop-db", writer: "shop-writer" },
  ],
  ConsulCluster: [(args) => new ConsulCluster("it", args), { hosts: db, image: "consul:1", services: [service] }],
  DnsForwarder: [
    (args) => new DnsForwarder("it", args),
    { hosts: db, image: "bind:1", clients: ["198.18.1.0/24"], probe: "shop-db.service.consul" },
  ],
  TimeService: [
    (args) => new TimeService("it", args),
    { hosts: db, servers: db.slice(0, 1), image: "chrony:1", clients: ["198.18.1.0/24"] },
  ],
  EntryProxy: [
    (args) => new EntryProxy("it", args),
    { host: one, image: "proxy:1", backends: [one, two], backendPort: 80 },
  ],
  ConfigFiles: [
    (args) => new ConfigFiles("it", args),
    {
      endpoint: one.endpoint,
      container: "c",
      containerId: "id",
      folder: "/etc/it",
      files: { "a/b.conf": "text" },
      apply: ["reload"],
    },
  ],
  IcingaMasters: [(args) => new IcingaMasters("it", args), mastersArgs],
  IcingaSatellite: [(args) => new IcingaSatellite("it", args), { masters, hosts: [satelliteHost], image: "icinga:1" }],
  IcingaAgent: [(args) => new IcingaAgent("it", args), { masters, host: agentHost, image: "icinga:1" }],
  IcingaWeb: [
    (args) => new IcingaWeb("it", args),
    { hosts: [one, two], image: "icingaweb:1", masters, database: access, backendDatabase: access },
  ],
  CertificateAuthority: [(args) => new CertificateAuthority("it", args), { commonName: "CA" }],
  certificate: [(args) => certificate("it", args), { authority, commonName: "db1" }],
};

for (const [component, [make, args]] of Object.entries(right)) {
  test(`${component}: right arguments are taken`, (t) => void t.notThrows(() => make(args)));
  test(`${component}: an unknown argument is refused`, (t) => {
    const error = t.throws(() => make({ ...args, imgae: "x" }), { instanceOf: UserError });
    t.true(error.message.startsWith(`${component} "it" has imgae the unknown name "imgae"; expected `), error.message);
  });
  for (const needed of Object.keys(args)) {
    if (component === "ConsulCluster" && needed === "services") continue;
    if (component === "IcingaMasters" && ["satellites", "agents", "icingadbImage"].includes(needed)) continue;
    test(`${component}: ${needed} is needed`, (t) => {
      const error = t.throws(() => make({ ...args, [needed]: undefined }), { instanceOf: UserError });
      t.true(error.message.startsWith(`${component} "it" has ${needed} nothing; expected `), error.message);
    });
  }
  if (!("image" in args)) continue;
  test(`${component}: an image that is known later is left to the provider`, (t) => {
    t.notThrows(() => make({ ...args, image: pulumi.output("later:1") }));
    t.notThrows(() => make({ ...args, image: Promise.resolve("later:1") }));
  });
}

const changed = (index: number, change: Partial<Host>) =>
  db.map((each, place) => (place === index ? { ...each, ...change } : each));

/** Component, what is changed, and how the message goes on after `<component> "it" has`. */
const wrong: [string, object, string][] = [
  ...["GaleraCluster", "ConsulCluster", "DnsForwarder"].flatMap((component): [string, object, string][] => [
    [component, { hosts: [] }, "hosts []; expected one host at least: correct it."],
    [component, { hosts: changed(1, { name: "db1" }) }, 'hosts[1] "db1"; expected each of them once: correct it.'],
    [
      component,
      { hosts: changed(1, { address: "198.18.1.11" }) },
      'hosts[1] "198.18.1.11"; expected each of them once: correct it.',
    ],
    [
      component,
      { hosts: changed(2, { address: "198.18.1.300" }) },
      'hosts[2].address "198.18.1.300"; expected an IPv4',
    ],
    [component, { hosts: changed(2, { endpoint: "tcp://db3" }) }, 'hosts[2].endpoint "tcp://db3"; expected a Docker'],
    [component, { hosts: changed(0, { name: "a b" }) }, 'hosts[0].name "a b"; expected a name of letters'],
    [component, { image: "" }, 'image ""; expected '],
  ]),
  ["GaleraCluster", { joinTimeout: "0s" }, 'joinTimeout "0s"; expected a duration above 0'],
  ["GaleraCluster", { joinTimeout: "-1s" }, 'joinTimeout "-1s"; expected a duration with its unit'],
  ["GaleraCluster", { joinTimeout: 300 }, "joinTimeout 300; expected a duration with its unit"],
  ["GaleraCluster", { joinTimeout: Number.NaN }, "joinTimeout NaN; expected a duration with its unit"],
  ["GaleraCluster", { innodbBufferPoolSize: "512MB" }, 'innodbBufferPoolSize "512MB"; expected a size with its unit'],
  ["GaleraCluster", { gcacheSize: "0M" }, 'gcacheSize "0M"; expected a size with its unit'],
  ["GaleraCluster", { writeRate: 200 }, "writeRate 200; expected a size with its unit"],
  ["GaleraCluster", { gcacheSize: "1G", writeRate: "1M" }, 'gcacheSize "1G" beside writeRate or toleratedOutage'],
  ["GaleraCluster", { toleratedOutage: "60s" }, 'toleratedOutage "60s" without writeRate; expected both, or neither'],
  ["GaleraCluster", { toleratedOutage: "0s", writeRate: "1M" }, 'toleratedOutage "0s"; expected a duration above 0'],
  ["GaleraCluster", { evs: { suspectTimeout: "20s" } }, "evs.suspectTimeout 20 s with evs.inactiveTimeout 5 s"],
  ["GaleraCluster", { evs: { suspectTimeout: 2 } }, "evs.suspectTimeout 2; expected a duration with its unit"],
  ["GaleraCluster", { evs: { suspect: "1s" } }, 'evs.suspect the unknown name "suspect"'],
  ["GaleraCluster", { profile: "man" }, 'profile "man"; expected one of lan, wan: write "lan".'],
  ["GaleraCluster", { maxConnections: 0 }, "maxConnections 0; expected a whole number, 1 to 100000"],
  ["GaleraCluster", { maxConnections: 1.5 }, "maxConnections 1.5; expected a whole number"],
  ["GaleraCluster", { maxUserConnections: 200 }, "maxUserConnections 200 with maxConnections 200; expected 1 at least"],
  ["GaleraCluster", { maxUserConnections: -1 }, "maxUserConnections -1; expected a whole number"],
  ["GaleraCluster", { maxWsSize: "2G" }, 'maxWsSize "2G"; expected less than "2G"'],
  ["GaleraCluster", { maxWsRows: -1 }, "maxWsRows -1; expected a whole number"],
  ["GaleraCluster", { syncWait: 16 }, "syncWait 16; expected a whole number, 0 to 15"],
  ["GaleraCluster", { clusterName: "$(id)" }, 'clusterName "$(id)"; expected 1 to 32 letters'],
  ["GaleraCluster", { capacity: { full: 95.5 } }, "capacity.full 95.5; expected a whole number, 1 to 99"],
  ["GaleraCluster", { capacity: { warning: 96 } }, "capacity.warning 96 with 95 percent as full"],
  ["GaleraCluster", { clock: { warning: "0s" } }, 'clock.warning "0s"; expected a duration above 0'],
  ["GaleraCluster", { clock: { warning: "2s" } }, "clock.warning 2 s with 1 s as critical"],
  ["GaleraCluster", { clock: { servers: ["a b"] } }, 'clock.servers[0] "a b"; expected the name or the address'],
  ["GaleraCluster", { databases: [{ name: "", user: "a" }] }, 'databases[0].name ""; expected a name'],
  ["GaleraCluster", { consulServices: ["a_b"] }, 'consulServices[0] "a_b"; expected a name of letters'],
  ["GaleraCluster", { monitorPassword: "" }, 'monitorPassword ""; expected a text that is not empty'],
  ["GaleraCluster", { monitorPassword: 12345 }, "monitorPassword a secret; expected a text that is not empty"],
  ["GaleraSupervisor", { cluster: {} }, "cluster {}; expected a GaleraCluster"],
  [
    "GaleraSupervisor",
    { writer: "shop-db" },
    'writer "shop-db", the name of any healthy node; expected a name of its own',
  ],
  ["GaleraSupervisor", { service: "it's" }, 'service "it\'s"; expected a name of letters'],
  ["ConsulCluster", { raftMultiplier: 0 }, "raftMultiplier 0; expected a whole number, 1 to 10"],
  ["ConsulCluster", { datacenter: "DC 1" }, 'datacenter "DC 1"; expected a name of lower-case'],
  ["ConsulCluster", { recursors: ["ns1"] }, 'recursors[0] "ns1"; expected the address of a DNS server'],
  ["ConsulCluster", { serviceTtl: { a: "soon" } }, 'serviceTtl.a "soon"; expected a duration as Consul writes it'],
  ["ConsulCluster", { gossipKey: "c2hvcnQ=" }, "gossipKey a secret; expected 32 bytes in base64"],
  [
    "ConsulCluster",
    { services: [{ ...service, port: 65_536 }] },
    "services[0].port 65536; expected a port, 1 to 65535",
  ],
  [
    "ConsulCluster",
    { services: [{ ...service, check: { ...service.check, interval: "0s" } }] },
    'services[0].check.interval "0s"; expected a duration above 0',
  ],
  [
    "ConsulCluster",
    { services: [{ ...service, check: { ...service.check, files: { "../a": "" } } }] },
    'services[0].check.files.../a the unknown name "../a"',
  ],
  [
    "ConsulCluster",
    { services: [{ ...service, check: { ...service.check, http: "http://127.0.0.1:1/" } }] },
    'services[0].check.http "http://127.0.0.1:1/"; expected either this address or a script',
  ],
  [
    "ConsulCluster",
    { services: [{ ...service, check: { http: "127.0.0.1:4570", interval: "2s", timeout: "2s" } }] },
    'services[0].check.http "127.0.0.1:4570"; expected an address, such as',
  ],
  ["DnsForwarder", { clients: [] }, "clients []; expected one subnet at least"],
  ["DnsForwarder", { clients: ["198.18.1.0"] }, 'clients[0] "198.18.1.0"; expected an IPv4 subnet'],
  ["DnsForwarder", { clients: ["198.18.1.7/24"] }, 'clients[0] "198.18.1.7/24"; expected the subnet\'s first address'],
  ["DnsForwarder", { unsigned: ["corp internal"] }, 'unsigned[0] "corp internal"; expected a name in DNS'],
  ["DnsForwarder", { lookups: [".corp.internal"] }, 'lookups[0] ".corp.internal"; expected a name in DNS'],
  ["DnsForwarder", { forwarders: ["ns1"] }, 'forwarders[0] "ns1"; expected an IPv4 address'],
  ["DnsForwarder", { domain: ".consul." }, 'domain ".consul."; expected a name in DNS'],
  ["DnsForwarder", { probe: "a b" }, 'probe "a b"; expected a name in DNS'],
  ["TimeService", { servers: [] }, "servers []; expected one host at least"],
  ["TimeService", { servers: [one] }, 'servers[0] "mon1"; expected one of the hosts: db1, db2, db3'],
  ["TimeService", { upstream: ["a iburst"] }, 'upstream[0] "a iburst"; expected the name or the address'],
  ["TimeService", { clients: ["all"] }, 'clients[0] "all"; expected an IPv4 subnet'],
  ["TimeService", { controlClock: "no" }, 'controlClock "no"; expected true or false'],
  ["EntryProxy", { backends: [] }, "backends []; expected one host at least"],
  ["EntryProxy", { port: 0 }, "port 0; expected a port, 1 to 65535"],
  ["EntryProxy", { backendPort: 70_000 }, "backendPort 70000; expected a port"],
  ["EntryProxy", { bindAddress: "*" }, 'bindAddress "*"; expected an IPv4 address'],
  ["ConfigFiles", { endpoint: "tcp://mon1:2375" }, 'endpoint "tcp://mon1:2375"; expected a Docker endpoint'],
  ["ConfigFiles", { folder: "/" }, 'folder "/"; expected the absolute path of a folder below'],
  ["ConfigFiles", { folder: "/etc/../" }, 'folder "/etc/../"; expected the absolute path of a folder below'],
  ["ConfigFiles", { files: { "../passwd": "" } }, 'files.../passwd the unknown name "../passwd"'],
  ["ConfigFiles", { apply: [] }, "apply []; expected a program, then its arguments"],
  ["IcingaMasters", { backend: "mysql" }, 'backend "mysql"; expected one of icingadb, ido'],
  ["IcingaMasters", { icingadbImage: undefined }, 'icingadbImage nothing with the backend "icingadb"'],
  ["IcingaMasters", { checkInterval: "0s" }, 'checkInterval "0s"; expected a duration, "1s" to'],
  ["IcingaMasters", { retention: { history: "1h" } }, 'retention.history "1h"; expected whole days'],
  ["IcingaMasters", { dnsServers: [] }, "dnsServers []; expected one address at least"],
  ["IcingaMasters", { database: { ...access, port: -1 } }, "database.port -1; expected a port"],
  ["IcingaMasters", { database: { ...access, password: "" } }, 'database.password ""; expected a text'],
  ["IcingaMasters", { credentials: { "a b": { user: "a", password: "b" } } }, 'credentials.a b the unknown name "a b"'],
  [
    "IcingaMasters",
    { recipients: [{ name: "pager" }] },
    "recipients[0] nothing; expected one of url, mail and command",
  ],
  [
    "IcingaMasters",
    { recipients: [{ name: "pager", url: "htps://hidden" }] },
    "recipients[0].url a secret; expected an",
  ],
  ["IcingaSatellite", { masters: {} }, "masters {}; expected an IcingaMasters"],
  ["IcingaAgent", { host: { ...agentHost, address: "app1" } }, 'host.address "app1"; expected an IPv4 address'],
  ["IcingaWeb", { administrator: "*" }, 'administrator "*"; expected a login'],
  ["IcingaWeb", { hosts: [one, host("web2", "fd1", "198.18.1.82")] }, 'hosts[1] "web2" in failure domain "fd1", where'],
  ["CertificateAuthority", { commonName: "" }, 'commonName ""; expected'],
  ["certificate", { ipAddresses: ["db1"] }, 'ipAddresses[0] "db1"; expected an IP address'],
];
for (const [component, change, message] of wrong) {
  test(`${component} ${message.slice(0, 90)}`, (t) => {
    const [make, args] = right[component]!;
    const error = t.throws(() => make({ ...args, ...change }), { instanceOf: UserError });
    const expected = `${component} "it" has ${message}`;
    t.is(error.message.slice(0, expected.length), expected);
    t.regex(error.message, /; expected .+: .+\.$/);
    t.notRegex(error.message, /hidden|c2hvcnQ|12345/);
  });
}
