import { readFileSync } from "node:fs";
import test from "ava";
import type { ProvidedKind } from "../../components/provided.ts";
import { type Props, UNKNOWN } from "../../engine/wire/values.ts";
import { kinds } from "../../provider/kinds.ts";
import { TrivetProvider } from "../../provider/provider.ts";

const provider = new TrivetProvider();
const of = (kind: ProvidedKind) => ({ type: `trivet:index:${kind}`, name: "it" });
const at = { endpoint: "unix:///var/run/docker.sock", container: "trivet-t-db1-galera" };
const gate: Props = { ...at, containerId: "1", timeout: 30, cluster: { members: [], place: 0 } };

test("its version is the package's", (t) => {
  t.is(provider.version, JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version);
});

test("a project's settings under the same name are none of its own", (t) => {
  t.deepEqual(provider.checkConfig(), { inputs: {}, failures: [] });
});

const checked = test.macro<[ProvidedKind, Props, string[]]>(async (t, kind, inputs, expected) => {
  const { failures } = await provider.check(of(kind), {}, inputs);
  t.deepEqual(
    failures.map(({ property, reason }) => `${property}: ${reason}`),
    expected,
  );
});
test("a gate", checked, "HealthGate", gate, []);
test(
  "a gate, with what is not known yet",
  checked,
  "HealthGate",
  { ...gate, containerId: UNKNOWN, cluster: UNKNOWN },
  [],
);
test("null is nothing", checked, "HealthGate", { ...gate, raise: null }, []);
test(
  "the wrong type, somewhere within",
  checked,
  "HealthGate",
  { ...gate, cluster: { members: [{ host: 1, address: UNKNOWN }], place: 0 } },
  ["cluster.members[0].host: Invalid input: expected string, received number"],
);
test("one that is missing", checked, "RetiredPasswords", { nodes: [at] }, [
  "digest: Invalid input: expected string, received undefined",
]);
test("one that there is not", checked, "Random", { bytes: 24, encoding: "hex", lenght: 3 }, [
  ': Unrecognized key: "lenght"',
]);
test("an endpoint over the network", checked, "PresentImage", { endpoint: "tcp://db1:2375", image: "a" }, [
  'endpoint: expected a Docker endpoint, "ssh://[user@]host[:port]" or "unix:///var/run/docker.sock"',
]);
test(
  "all of a container's files",
  checked,
  "ConfigFiles",
  { ...at, containerId: "1", folder: "/", files: {}, apply: [] },
  ['folder: expected the absolute path of a folder below "/", which is owned whole'],
);

const gossip: Props = { agents: [at], key: "k" };
const kept = test.macro<[before: Props, after: Props, expected: string[]]>(async (t, before, after, expected) => {
  const { failures } = await provider.check(of("GossipKey"), { ...gossip, ...before }, { ...gossip, ...after });
  t.deepEqual(
    failures.map(({ property, reason }) => `${property}: ${reason}`),
    expected,
  );
});
const why =
  "servers of another data centre are refused by those that run, and would leave it one by one. Give the name that it had, or make it anew";
test("another data centre", kept, { datacenter: "dc1" }, { datacenter: "dc2" }, [
  `datacenter: given "dc2", expected "dc1" as before: ${why}`,
]);
test("no data centre any more", kept, { datacenter: "dc1" }, {}, [
  `datacenter: given nothing, expected "dc1" as before: ${why}`,
]);
test("the same data centre, and another key", kept, { datacenter: "dc1" }, { datacenter: "dc1", key: "l" }, []);
test("a data centre that was not recorded", kept, {}, { datacenter: "dc2" }, []);
test("a data centre not known yet", kept, { datacenter: "dc1" }, { datacenter: UNKNOWN }, []);

const files: Props = { ...at, containerId: "1", folder: "/etc/a", files: { b: "b", a: "a" }, apply: ["true"] };
const changed = test.macro<[ProvidedKind, Props, Props, string[]]>((t, kind, outputs, change, expected) => {
  const { changes } = provider.diff(of(kind), { inputs: {}, outputs }, { ...outputs, ...change });
  t.deepEqual(
    changes.map(({ property, replaces }) => (replaces ? `${property} replaces` : property)),
    expected,
  );
});
test("files in another order are the same", changed, "ConfigFiles", files, { files: { a: "a", b: "b" } }, []);
test("another text", changed, "ConfigFiles", files, { files: { a: "c", b: "b" } }, ["files"]);
test("a file less", changed, "ConfigFiles", files, { files: { a: "a" } }, ["files"]);
test("another way to apply them", changed, "ConfigFiles", files, { apply: ["false"] }, ["apply"]);
test("a new container", changed, "ConfigFiles", files, { containerId: "2" }, ["containerId"]);
test("a container not known yet", changed, "ConfigFiles", files, { containerId: UNKNOWN }, ["containerId"]);
test("other files were put there before", changed, "ConfigFiles", { ...files, after: "1" }, { after: UNKNOWN }, [
  "after",
]);
test("another folder", changed, "ConfigFiles", files, { folder: "/srv" }, ["folder replaces"]);
test("another place", changed, "ConfigFiles", files, { endpoint: "ssh://a", container: "b" }, [
  "endpoint replaces",
  "container replaces",
]);
test("a gate is told to wait longer, or for fewer", changed, "HealthGate", gate, { timeout: 5, without: ["db2"] }, []);
test("a gate of another container", changed, "HealthGate", gate, { container: "other" }, ["container replaces"]);
test("a gate of new settings", changed, "HealthGate", gate, { settings: "{}" }, ["settings"]);
test("a secret is what it was made as", changed, "Random", { bytes: 24, encoding: "hex", value: "x" }, { bytes: 32 }, [
  "bytes replaces",
]);

const voter = { ...at, service: "galera", host: "db1", address: "198.18.1.11" };
const other = { ...voter, host: "db2", address: "198.18.1.12" };
const voters = { voters: [voter, other], fresh: true };
test("members in another order", changed, "Membership", voters, { voters: [other, voter] }, []);
test("a member less", changed, "Membership", voters, { voters: [voter] }, ["voters"]);
test("a member that moved", changed, "Membership", voters, { voters: [{ ...voter, address: "198.18.1.99" }, other] }, [
  "voters",
]);
test("members not known yet", changed, "Membership", voters, { voters: UNKNOWN }, ["voters"]);

test("files go before others come: a daemon reads one folder", (t) => {
  t.true(provider.diff(of("ConfigFiles"), { inputs: {}, outputs: files }, files).deleteBeforeReplace);
});

test("a preview tells what it knows", async (t) => {
  t.deepEqual(await provider.create(of("Random"), { bytes: 24, encoding: "hex" }, true), {
    id: "",
    outputs: { bytes: 24, encoding: "hex", value: UNKNOWN },
  });
  const asked = {
    commonName: "a",
    days: 1,
    dnsNames: [],
    ipAddresses: [],
    authorityCertificate: "c",
    authorityKey: "k",
  };
  const { outputs } = await provider.create(of("Certificate"), asked, true);
  const { authorityKey: _, ...rest } = asked;
  t.deepEqual(outputs, { ...rest, certificate: UNKNOWN, privateKey: UNKNOWN });
});

test("a preview does not know when files will have been put there again", async (t) => {
  const recorded = { inputs: files, outputs: { ...files, delivery: "1" } };
  const news = { ...files, files: { a: "b" } };
  t.deepEqual(await provider.update(of("ConfigFiles"), "id", recorded, news, true), { ...news, delivery: UNKNOWN });
});

test("the code of a dynamic resource goes, by an update in which nothing is done", async (t) => {
  const outputs = { ...gate, endpoint: "unix:///nowhere", __provider: "exports.handler = …" };
  const { __provider, ...inputs } = outputs;
  const recorded = { inputs: outputs, outputs };
  const { changes } = provider.diff(of("HealthGate"), recorded, inputs);
  t.deepEqual(changes, [{ property: "__provider", kind: "delete", replaces: false, inInputs: true }]);
  for (const isPreview of [true, false]) {
    t.deepEqual(await provider.update(of("HealthGate"), "id", recorded, inputs, isPreview), inputs);
  }
  t.deepEqual(await provider.read(of("HealthGate"), "id", recorded), { id: "id", inputs, outputs: inputs });
});

test("an identity is another one each time that it is made", async (t) => {
  const [one, other] = [
    await provider.create(of("StateIdentity"), {}, false),
    await provider.create(of("StateIdentity"), {}, false),
  ];
  t.deepEqual([one.outputs, other.outputs], [{}, {}]);
  t.regex(one.id, /^[0-9a-f-]{36}$/);
  t.not(one.id, other.id);
});

test("what it does not have is refused by its name", async (t) => {
  const error = await t.throwsAsync(provider.check({ type: "trivet:index:Gate", name: "it" }, {}, {}));
  t.regex(error.message, /no resource trivet:index:Gate; it has .*trivet:index:HealthGate/);
});

test("every kind that can change in place says how", (t) => {
  for (const [type, { updates = [], update }] of Object.entries(kinds))
    t.is(updates.length > 0, update !== undefined, type);
});
