// Two of each component fit one stack, on hosts of their own: no resource has the type and the name of another.
import test from "ava";
import {
  ConsulCluster,
  DnsForwarder,
  EntryProxy,
  GaleraCluster,
  GaleraSupervisor,
  IcingaAgent,
  IcingaMasters,
  IcingaSatellite,
  IcingaWeb,
  TimeService,
} from "../../components/index.ts";
import { host, three } from "./hosts.ts";
import { recordingMocks } from "./mocks.ts";

const mocks = await recordingMocks();

for (const [one, at] of [
  ["east", 1],
  ["west", 2],
] as const) {
  const on = (service: string, place: number) => three(`${one}-${service}`, at * 100 + place * 10);
  // Two clusters may well have one name for Galera: they don't know of each other.
  const database = new GaleraCluster(`${one}-db`, {
    hosts: on("db", 1),
    image: "galera:1",
    clusterName: "orders",
    databases: [{ name: "a", user: "a" }],
  });
  const name = `${one}-db`;
  const consul = new ConsulCluster(`${one}-consul`, {
    hosts: on("dns", 2),
    image: "consul:1",
    services: [database.consulService({ name }), database.consulDiskService({ name: `${name}-disk` })],
  });
  new GaleraSupervisor(`${one}-supervisor`, {
    cluster: database,
    image: "s:1",
    service: name,
    writer: `${name}-writer`,
  });
  database.retireFormerPasswords([consul]);
  new DnsForwarder(`${one}-dns`, { hosts: on("dns", 2), image: "bind:1", clients: ["198.18.0.0/16"], probe: name });
  const clocks = on("db", 1);
  new TimeService(`${one}-time`, { hosts: clocks, servers: clocks, image: "chrony:1", clients: ["198.18.0.0/16"] });
  const access = { host: `${name}.service.consul`, name: "icinga", user: "icinga", password: "p" };
  const [first, second, third] = on("mon", 3);
  const agent = host(`${one}-app`, "fd3", `198.18.3.${at * 100 + 41}`);
  const masters = new IcingaMasters(`${one}-icinga`, {
    hosts: [first!, second!],
    satellites: [third!],
    agents: [agent],
    image: "icinga:1",
    icingadbImage: "icingadb:1",
    database: access,
    watched: [],
  });
  new IcingaSatellite(`${one}-satellite`, { masters, hosts: [third!], image: "icinga:1" });
  new IcingaAgent(`${one}-agent`, { masters, host: agent, image: "icinga:1" });
  const web = on("web", 5);
  const both = { database: access, backendDatabase: access };
  new IcingaWeb(`${one}-web`, { hosts: web, image: "icingaweb:1", masters, ...both });
  new EntryProxy(`${one}-entry`, { host: web[0]!, image: "proxy:1", backends: web, backendPort: 80 });
}
test.before(() => mocks.settled());

test("no resource has the type and the name of another", (t) => {
  const all = mocks.kinds();
  const twice = all.filter((kind, index) => all.indexOf(kind) !== index);
  t.deepEqual(twice, []);
  t.true(all.length > 100);
  for (const one of ["east", "west"]) t.true(all.some((kind) => kind.endsWith(` ${one}-db-passwords`)));
});
