import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import type { WatchedHost } from "../../components/icinga/watched.ts";
import { isServiceName } from "../../components/services.ts";
import type { Props } from "../../engine/wire/values.ts";
import { TrivetProvider } from "../../provider/provider.ts";
import { imagesOf } from "../../stacks/images.ts";
import { fileSettings } from "../../stacks/settings/file.ts";
import { secretNames } from "../../stacks/settings/secrets.ts";
import { readSettings } from "../../stacks/settings.ts";
import { unwrapped } from "../components/provided.ts";
import { container, type Made, ofType, run } from "./program.ts";

const provider = new TrivetProvider();
const isOwn = ({ type }: Made) => type.startsWith("trivet:index:");

/** How many there are of each type; Trivet's own resources (keys, delivered files) are the components' own business. */
function counts(resources: Made[]): Record<string, number> {
  const counted = resources.filter((resource) => !isOwn(resource));
  return Object.fromEntries([...Map.groupBy(counted, ({ type }) => type)].map(([type, those]) => [type, those.length]));
}

const components = {
  "trivet:bind:DnsForwarder": 1,
  "trivet:chrony:TimeService": 1,
  "trivet:consul:ConsulCluster": 1,
  "trivet:galera:GaleraCluster": 1,
  "trivet:galera:GaleraSupervisor": 1,
  "trivet:icinga:IcingaMasters": 1,
  "trivet:icinga:IcingaSatellite": 3,
  "trivet:icinga:IcingaWeb": 1,
  "trivet:proxy:EntryProxy": 1,
};
const lab = {
  ...components,
  "trivet:lab:Lab": 1,
  "trivet:icinga:IcingaAgent": 1,
  "docker:index/network:Network": 4,
  "docker:index/remoteImage:RemoteImage": 12,
  "docker:index/volume:Volume": 21,
  [container]: 63,
};
const expected = {
  dev: lab,
  test: lab,
  staging: {
    ...components,
    "pulumi:providers:docker": 6,
    "docker:index/remoteImage:RemoteImage": 28,
    "docker:index/volume:Volume": 16,
    [container]: 30,
  },
  production: {
    ...components,
    "pulumi:providers:docker": 14,
    "docker:index/remoteImage:RemoteImage": 39,
    "docker:index/volume:Volume": 19,
    [container]: 41,
  },
};

for (const [environment, expectedCounts] of Object.entries(expected)) {
  test.serial(`what ${environment} is made of`, async (t) => {
    t.timeout(5 * 60_000);
    const { inventory, resources } = await run(environment);
    t.deepEqual(counts(resources), expectedCounts);
    const { settings } = readSettings(fileSettings(environment));
    const asked = ofType(resources, "docker:index/remoteImage:RemoteImage").map(({ name }) => name);
    const sent = settings.hosts.flatMap((host) => imagesOf(host).map((image) => `image-${image}-${host.name}`));
    if (!settings.lab) t.deepEqual(sent.toSorted(), asked.toSorted(), "real hosts are sent what the program asks for");
    for (const { type, name, inputs } of resources.filter(isOwn)) {
      const { failures } = await provider.check({ type, name }, {}, unwrapped(inputs) as Props);
      t.deepEqual(failures, [], `${type} ${name}`);
    }

    const names = resources.map(({ type, name }) => `${type} ${name}`);
    t.is(new Set(names).size, names.length, "no two resources have one name");
    const containers = ofType(resources, container).map(({ inputs }) => inputs.name);
    t.deepEqual(
      inventory.services.map((record) => record.container).toSorted(),
      containers.toSorted(),
      "each is listed",
    );

    for (const { container, host } of inventory.services) {
      const [, service] = container.split(`trivet-${environment}-${host}-`);
      if (service) t.true(isServiceName(service), `no host may be named as the container of ${service}`);
    }
    for (const { name, inputs } of ofType(resources, container)) {
      // A secret would be read by whoever may inspect the container.
      const envs = name.includes("-") ? [`TRIVET_CONTAINER=${inputs.name}`] : undefined;
      t.deepEqual(inputs.envs, envs, `environment of ${name}`);
    }
    for (const credential of [
      inventory.database.application,
      inventory.database.monitor,
      inventory.icinga.api,
      inventory.web.login,
    ]) {
      t.true(await pulumi.isSecret(credential.password), `password of ${credential.user}`);
    }
    const { database, icinga, web, ...plain } = inventory;
    t.notRegex(JSON.stringify(plain), /Output/, "everything else is known before anything is made");
  });
}

test.serial(
  "each container of a real host is put there by the host's own provider, on the host's own network",
  async (t) => {
    t.timeout(5 * 60_000);
    const { inventory, resources } = await run("production");
    for (const { name, inputs, provider } of ofType(resources, container)) {
      const record = inventory.services.find((each) => each.container === inputs.name)!;
      t.is(inputs.networkMode, "host", name);
      t.regex(provider, new RegExp(`::${record.host}::`), name);
    }
    for (const { name, inputs } of ofType(resources, "pulumi:providers:docker")) {
      t.is(inputs.host, inventory.hosts.find((host) => host.name === name)!.endpoint);
    }
    // Consul's checks ask the keepers, which former databases had not.
    const names = resources.map(({ name }) => name);
    const gates = names.filter((name) => name.endsWith("-galera-healthy")).map((name) => names.indexOf(name));
    const agents = names.filter((name) => /-consul-(server|agent)$/.test(name)).map((name) => names.indexOf(name));
    t.true(gates.length >= 3 && agents.length >= 3 && Math.max(...gates) < Math.min(...agents));
  },
);

test.serial("secrets of one's own are used as they are, and none is made in their place", async (t) => {
  t.timeout(5 * 60_000);
  const own = Object.fromEntries(Object.keys(secretNames).map((name) => [name, pulumi.secret(`own-${name}`)]));
  const { inventory, resources } = await run("staging", own);
  const value = (output: pulumi.Output<string>) => new Promise((resolve) => output.apply(resolve));
  t.is(await value(inventory.web.login.password), "own-webPassword");
  t.is(await value(inventory.database.application.password), "own-databasePassword");
  t.is(await value(inventory.database.monitor.password), "own-monitorPassword");
  const master = ofType(resources, container).find(({ name }) => name.endsWith("-icinga-master"))!;
  t.regex(JSON.stringify(master.inputs.uploads), /own-apiPassword/);
  t.not(await value(inventory.icinga.api.password), "own-apiPassword", "whoever asks is another one");
  const consul = ofType(resources, container).find(({ name }) => name === "north1-consul-server")!;
  t.regex(JSON.stringify(consul.inputs.uploads), /own-gossipKey/);
});

test.serial("who writes goes to the one writer, who reads to any healthy node", async (t) => {
  t.timeout(5 * 60_000);
  const { inventory, resources } = await run("production");
  const { name, writerName } = inventory.database;
  t.deepEqual([name, writerName], ["galeradb.service.consul", "galeradb-writer.service.consul"]);
  const uploads = (container: string) =>
    JSON.stringify(resources.find((resource) => resource.name === container)!.inputs.uploads);
  const [master] = inventory.services.filter(({ service }) => service === "icingadb");
  t.true(uploads(`${master!.host}-icingadb`).includes(writerName));
  const supervisor = inventory.services.find(({ service }) => service === "galera-supervisor")!;
  t.regex(uploads(`${supervisor.host}-galera-supervisor`), /\\"writer\\": \\"galeradb-writer\\"/);
});

test.serial("one more host to watch changes Icinga's objects and nothing else", async (t) => {
  t.timeout(5 * 60_000);
  const { settings, watched } = readSettings(fileSettings("dev"));
  const more: WatchedHost = {
    name: "new",
    address: "198.18.3.99",
    domain: "fd3",
    groups: [],
    checks: [{ kind: "ping" }],
  };
  const before = await run("dev", {}, { settings, watched });
  const after = await run("dev", {}, { settings, watched: [...watched, more] });
  const inputs = ({ resources }: { resources: Made[] }) =>
    new Map(resources.map((resource) => [`${resource.type} ${resource.name}`, JSON.stringify(resource.inputs)]));
  const [old, now] = [inputs(before), inputs(after)];
  t.deepEqual([...now.keys()].toSorted(), [...old.keys()].toSorted());
  const changed = [...now].filter(([key, text]) => old.get(key) !== text).map(([key]) => key);
  t.deepEqual(changed, ["trivet:index:ConfigFiles icinga-objects"]);
});

test.serial(
  "a lab lets new flows through before any host is there, and former ones until every service is as it is to be",
  async (t) => {
    const { resources } = await run("dev");
    const at = (wanted: string) => resources.findIndex(({ name }) => name === wanted);
    const changed = resources
      .filter(({ type, name }) => type === container && name !== "router")
      .map(({ name }) => name);
    const gates = ofType(resources, "trivet:index:HealthGate").map(({ name }) => name);
    t.true(gates.length > 20);
    t.deepEqual(
      changed.filter((name) => at(name) < at("firewall-meanwhile")),
      [],
    );
    t.deepEqual(
      [...changed, ...gates].filter((name) => at(name) > at("firewall")),
      [],
    );
  },
);

test.serial("who goes on without a database host says so to the gates", async (t) => {
  const { resources } = await run("dev", {}, undefined, { without: ["db2"] });
  const told = resources
    .filter(({ inputs }) => inputs.without !== undefined)
    .map(({ name, inputs }) => [name, inputs.without]);
  t.deepEqual(
    told.toSorted(),
    ["db1-galera-healthy", "db2-galera-healthy", "db3-galera-healthy", "galera-whole"].map((name) => [name, ["db2"]]),
  );
});

test("the database's settings, and a lab's disk is the machine's", async (t) => {
  const { settings, watched } = readSettings(fileSettings("dev"));
  Object.assign(settings.database, {
    profile: "wan",
    evs: { suspectTimeout: "6s" },
    writeRate: "1M",
    toleratedOutage: "1h",
    maxConnections: 300,
    diskWarning: 70,
  });
  const { resources } = await run("dev", {}, { settings, watched });
  const inputsOf = (name: string) => resources.find((resource) => resource.name === name)!.inputs;
  t.true(JSON.stringify(inputsOf("db1-galera").uploads).includes("gcache.size=5400M;"));
  const { capacity, "running.cnf": running } = inputsOf("db1-galera-settings").files;
  t.is(capacity, "warning=70\nfull=95\ncounted=42949672960\n");
  t.true(running.includes("\nmax_connections = 300\n"));
  t.true(running.includes("_suspect_timeout = 6.000000\n"));
  t.true(running.includes("_inactive_timeout = 30.000000\n"));
});
