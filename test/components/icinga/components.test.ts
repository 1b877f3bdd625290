import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import {
  IcingaAgent,
  IcingaMasters,
  type IcingaMastersArgs,
  IcingaSatellite,
  IcingaWeb,
} from "../../../components/icinga/index.ts";
import { UserError } from "../../../core/errors.ts";
import { echoMocks, unwrapped } from "../provided.ts";
import { host, site } from "./site.ts";

type Made = pulumi.runtime.MockResourceArgs;
const made: Made[] = [];
/** When each resource was asked for and when it was there: a resource that waits for another comes after it. */
const order: string[] = [];
await pulumi.runtime.setMocks({
  ...echoMocks,
  async newResource(args) {
    made.push(args);
    order.push(`${args.name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 10));
    order.push(`${args.name} is there`);
    return {
      id: `${args.name}-id`,
      state: { value: "generated", certificate: "PEM", privateKey: "PEM", ...args.inputs },
    };
  },
});

const secret = "database-password";
const database = { host: "galeradb.service.consul", name: "icingadb", user: "icingadb", password: secret };
const args: IcingaMastersArgs = {
  hosts: site.masters,
  satellites: site.satellites,
  agents: site.agents,
  image: "icinga:1",
  icingadbImage: "icingadb:1",
  database,
  dnsServers: ["198.18.1.53", "198.18.2.53", "198.18.3.53"],
  watched: [
    { name: "app3", address: "198.18.3.51", domain: "fd3", groups: [], checks: [{ kind: "load" }, { kind: "mysql" }] },
    {
      name: site.agents[0]!.name,
      address: site.agents[0]!.address,
      domain: site.agents[0]!.domain,
      groups: [],
      checks: [{ kind: "mysql", onAgent: true }],
    },
  ],
  credentials: { monitor: { user: "m", password: "p" } },
};

/** Children are registered in the background: waits until no more come. */
async function settled(): Promise<void> {
  for (let before = -1; before !== made.length; ) {
    before = made.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

const container = (name: string): Made =>
  made.find((one) => one.type === "docker:index/container:Container" && one.name === name)!;
const before = (first: string, second: string) =>
  order.indexOf(`${first} is there`) >= 0 && order.indexOf(`${first} is there`) < order.indexOf(`${second} begins`);
const uploads = (name: string): { file: string; content: unknown }[] => unwrapped(container(name).inputs).uploads;
const paths = (name: string) => uploads(name).map(({ file }) => file);

const masters = new IcingaMasters("icinga", args);
const satellite = new IcingaSatellite("icinga-fd3", { masters, hosts: [site.satellites[1]!], image: "icinga:1" });
const agent = new IcingaAgent("icinga-app3", { masters, host: site.agents[1]!, image: "icinga:1" });
new IcingaAgent("icinga-first", { masters, host: site.agents[0]!, image: "icinga:1" });
const web = new IcingaWeb("web", {
  hosts: [host("web1", "fd1", "198.18.1.81"), host("web2", "fd2", "198.18.2.81")],
  image: "icingaweb:1",
  masters,
  database: { ...database, name: "icingaweb" },
  backendDatabase: database,
});
const ido = new IcingaMasters("ido", {
  ...args,
  hosts: [host("ido1", "fd1", "198.18.1.32"), host("ido2", "fd2", "198.18.2.32")],
  backend: "ido",
});
test.before(settled);

test("only who logs in to a database knows how", (t) => {
  const knows = (name: string) => paths(name).some((path) => path.endsWith("/credentials.cnf"));
  t.true(knows("mon1-icinga-master"));
  t.true(knows(`${site.satellites[1]!.name}-icinga-satellite`));
  t.true(knows(`${site.agents[0]!.name}-icinga-agent`));
  t.false(knows("app3-icinga-agent"), "its satellite asks the database for it");
});

test("masters and their backend, service by service", (t) => {
  t.deepEqual(
    masters.services.map(({ container }) => container),
    ["mon1", "mon2"].flatMap((name) =>
      ["icinga-master", "redis", "icingadb"].map((service) => `trivet-unit-${name}-${service}`),
    ),
  );
  t.deepEqual(
    ido.services.map(({ container }) => container),
    ["trivet-unit-ido1-icinga-master", "trivet-unit-ido2-icinga-master"],
  );
  t.deepEqual(
    satellite.services.map(({ service }) => service),
    ["icinga-satellite"],
  );
  t.deepEqual(
    agent.services.map(({ service }) => service),
    ["icinga-agent"],
  );
  t.deepEqual(
    web.services.map(({ container }) => container),
    ["trivet-unit-web1-icingaweb", "trivet-unit-web2-icingaweb"],
  );
});

test("a change takes one node of a kind at a time", (t) => {
  t.true(before("mon1-icinga-master-healthy", "mon2-icinga-master"));
  t.true(before("mon1-redis-healthy", "mon2-redis"));
  t.true(before("mon1-icingadb-healthy", "mon2-icingadb"));
  t.true(before("web1-icingaweb-healthy", "web2-icingaweb"));
  t.true(before("mon1-icinga-master-healthy", "icinga-objects"));
});

test("one host imports each schema", (t) => {
  t.true(paths("mon1-icingadb").includes("/etc/trivet/icingadb/import-schema"));
  t.false(paths("mon2-icingadb").includes("/etc/trivet/icingadb/import-schema"));
  t.true(paths("ido1-icinga-master").includes("/etc/trivet/icinga/import-schema"));
  t.false(paths("ido2-icinga-master").includes("/etc/trivet/icinga/import-schema"));
  t.true(paths("web1-icingaweb").includes("/etc/trivet/icingaweb/administrator"));
  t.false(paths("web2-icingaweb").includes("/etc/trivet/icingaweb/administrator"));
});

test("features: the backend on masters, checks on satellites, neither on agents", (t) => {
  const features = (name: string) =>
    paths(name)
      .flatMap((path) => /features\/(.*)\.conf$/.exec(path)?.[1] ?? [])
      .sort();
  t.deepEqual(features("mon1-icinga-master"), ["api", "api-user", "checker", "icingadb", "notification"]);
  t.deepEqual(features("ido2-icinga-master"), ["api", "api-user", "checker", "ido-mysql", "notification"]);
  t.deepEqual(features("sat3-icinga-satellite"), ["api", "checker"]);
  t.deepEqual(features("app3-icinga-agent"), ["api"]);
});

test("hosts and services are no upload, so that another host is no new container", (t) => {
  const objects = made.find(({ name }) => name === "icinga-objects")!;
  t.like(objects.inputs, {
    container: "trivet-unit-mon1-icinga-master",
    containerId: "mon1-icinga-master-id",
    folder: "/etc/icinga2/zones.d",
  });
  t.deepEqual(Object.keys(objects.inputs.files).sort(), [
    "fd3/hosts.conf",
    "global-templates/groups.conf",
    "global-templates/templates.conf",
    "master/hosts.conf",
  ]);
  const text = JSON.stringify(made.filter(({ name }) => name !== "icinga-objects").map(({ inputs }) => inputs.uploads));
  t.false(text.includes("trivet-host"));
});

test("passwords are secrets wherever they go, and never in the environment or the command", (t) => {
  for (const { name, inputs } of made.filter(({ type }) => type === "docker:index/container:Container")) {
    const { uploads: files, ...rest } = inputs;
    t.false(JSON.stringify(rest).includes(secret), name);
    const text = JSON.stringify(files);
    // One file that is a secret makes a secret of the whole list.
    if (text.includes(secret) || text.includes("generated")) t.true(pulumi.runtime.isRpcSecret(files), name);
  }
});

test("resolution by the site's own servers", (t) => {
  const file = uploads("mon1-icingadb").find(({ file }) => file === "/etc/trivet/resolv.conf");
  t.is(
    file?.content,
    "nameserver 198.18.1.53\nnameserver 198.18.2.53\nnameserver 198.18.3.53\noptions timeout:1 attempts:2 rotate\n",
  );
});

const refused = test.macro((t, create: () => unknown, message: RegExp) => {
  t.throws(create, { instanceOf: UserError, message });
});

test(
  "Icinga DB without its image is refused",
  refused,
  () => new IcingaMasters("refused", { ...args, icingadbImage: undefined }),
  /has icingadbImage nothing with the backend "icingadb"; expected the image/,
);
test(
  "a watched host that no schema saw is refused",
  refused,
  () => new IcingaMasters("refused", { ...args, watched: [{ ...args.watched[0]!, address: "1.2.3" }] }),
  /IcingaMasters "refused" has watched\[0\].address "1.2.3"; expected/,
);
test(
  "a satellite that the masters were not told of is refused",
  refused,
  () => new IcingaSatellite("refused", { masters, hosts: [host("sat9", "fd2", "198.18.2.41")], image: "icinga:1" }),
  /given the hosts sat9; its masters expect sat1 in fd1; sat3 in fd3/,
);
test(
  "an agent that the masters were not told of is refused",
  refused,
  () => new IcingaAgent("refused", { masters, host: host("app9", "fd2", "198.18.2.59"), image: "icinga:1" }),
  /app9, which its masters were not told of/,
);
test(
  "two web hosts of one domain are refused",
  refused,
  () =>
    new IcingaWeb("refused", {
      hosts: [host("web1", "fd1", "198.18.1.81"), host("web2", "fd1", "198.18.1.82")],
      image: "icingaweb:1",
      masters,
      database,
      backendDatabase: database,
    }),
  /has hosts\[1\] "web2" in failure domain "fd1", where web1 is; expected each in another domain/,
);
