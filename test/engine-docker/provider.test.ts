import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import test from "ava";
import { extract } from "tar-stream";
import { formatDuration, parseDuration } from "../../core/goDuration.ts";
import { checkConfig, endpointOf } from "../../engine/docker/config.ts";
import { uploadArchive } from "../../engine/docker/container/uploads.ts";
import { contextArchive, contextDigest } from "../../engine/docker/image/context.ts";
import { DockerProvider } from "../../engine/docker/provider.ts";
import { type Props, UNKNOWN } from "../../engine/wire/values.ts";

const provider = new DockerProvider();
const seed = Buffer.alloc(32, 0xab);
const named = (type: string) => ({ type, name: "thing" });
const NETWORK = named("docker:index/network:Network");
const VOLUME = named("docker:index/volume:Volume");
const REMOTE_IMAGE = named("docker:index/remoteImage:RemoteImage");
const IMAGE = named("docker:index/image:Image");
const CONTAINER = named("docker:index/container:Container");

// Expected inputs are those of the real provider's checkpoint.
test("inputs of a network", async (t) => {
  const news = {
    name: "eng-rnet",
    driver: "bridge",
    ipamConfigs: [{ subnet: "10.77.0.0/24", gateway: "10.77.0.1" }],
    labels: [{ label: "a", value: "b" }],
    options: { "com.docker.network.bridge.name": "engbr0" },
  };
  t.deepEqual(await provider.check(NETWORK, {}, news, seed), {
    inputs: {
      __defaults: ["ipamDriver"],
      driver: "bridge",
      ipamConfigs: [{ __defaults: [], gateway: "10.77.0.1", subnet: "10.77.0.0/24" }],
      ipamDriver: "default",
      labels: [{ __defaults: [], label: "a", value: "b" }],
      name: "eng-rnet",
      options: { "com.docker.network.bridge.name": "engbr0" },
    },
    failures: [],
  });
});

test("inputs of a volume and of an image on the host", async (t) => {
  const labels = [
    { label: "z", value: "1" },
    { label: "b", value: "2" },
  ];
  t.deepEqual((await provider.check(VOLUME, {}, { name: "eng-vol", labels }, seed)).inputs, {
    __defaults: [],
    labels: [
      { __defaults: [], label: "z", value: "1" },
      { __defaults: [], label: "b", value: "2" },
    ],
    name: "eng-vol",
  });
  t.deepEqual((await provider.check(REMOTE_IMAGE, {}, { name: "debian", keepLocally: true }, seed)).inputs, {
    __defaults: [],
    keepLocally: true,
    name: "debian",
  });
});

test("a name is made up once and kept", async (t) => {
  const { inputs } = await provider.check(NETWORK, {}, {}, seed);
  t.deepEqual(inputs, { __defaults: ["ipamDriver", "name"], ipamDriver: "default", name: "thing-abababa" });
  t.is((await provider.check(NETWORK, inputs, {}, Buffer.alloc(32))).inputs.name, "thing-abababa");
  const fixed = { ...inputs, __defaults: ["ipamDriver"], name: "mine" };
  t.is((await provider.check(NETWORK, fixed, {}, seed)).inputs.name, "thing-abababa", "a fixed name is not kept");
});

test("what was in the state without notes of defaults (a refresh by the CLI) keeps its name", async (t) => {
  t.is((await provider.check(NETWORK, { name: "net-1234567" }, {}, seed)).inputs.name, "net-1234567");
});

test("delete before replace: when the user fixed the name, and for every container", async (t) => {
  const change = async (kind: typeof NETWORK, olds: Props, news: Props) => {
    const old = (await provider.check(kind, {}, olds, seed)).inputs;
    const { inputs } = await provider.check(kind, old, news, seed);
    return provider.diff(kind, { inputs: old, outputs: {} }, inputs, []).deleteBeforeReplace;
  };
  t.true(await change(NETWORK, { name: "a" }, { name: "a", internal: true }));
  t.false(await change(NETWORK, { name: "a" }, { name: "b", internal: true }));
  t.false(await change(NETWORK, {}, { internal: true }));
  t.true(await change(CONTAINER, { image: "a" }, { image: "b" }));
});

test("ignored changes are none", (t) => {
  const [olds, news] = [{ name: "a" }, { name: "a", labels: [{ label: "b", value: "c" }], internal: true }];
  const diff = provider.diff(NETWORK, { inputs: olds, outputs: {} }, { ...news, __defaults: [] }, ["labels[0].value"]);
  t.deepEqual(diff.changes, [{ property: "internal", kind: "add", replaces: true, inInputs: true }]);
});

test("a preview tells what it knows and leaves open what Docker decides", async (t) => {
  const { inputs } = await provider.check(VOLUME, {}, { name: "a", labels: UNKNOWN }, seed);
  t.deepEqual(await provider.create(VOLUME, inputs, true), {
    id: "",
    outputs: { driver: UNKNOWN, mountpoint: UNKNOWN, name: "a", labels: UNKNOWN },
  });
});

test("an unknown resource is refused by its name", async (t) => {
  const error = await t.throwsAsync(provider.check(named("docker:index/service:Service"), {}, {}, seed));
  t.is(
    error!.message,
    "The embedded docker provider has no resource docker:index/service:Service. It has Container, Image, Network, RemoteImage, Volume; use one of them, or run the program with the Pulumi CLI.",
  );
});

test("the daemon's address", (t) => {
  t.deepEqual(endpointOf({ host: "ssh://admin@db1", sshOpts: '["-p","2222"]' }), {
    host: "ssh://admin@db1",
    sshOpts: ["-p", "2222"],
  });
  t.deepEqual(checkConfig({ host: "unix:///var/run/docker.sock", version: "5.2.0", __internal: {} }), []);
  t.deepEqual(checkConfig({ host: UNKNOWN }), []);
  t.deepEqual(
    checkConfig({ host: "tcp://db1:2375", certPath: "/certs", sshOpts: "-i" }).map(({ reason }) => reason),
    [
      "docker:certPath is not supported: a daemon over TLS can't be reached. Use an ssh:// host, which needs no certificates.",
      'docker:host is "tcp://db1:2375"; expected "ssh://[user@]host[:port]" or "unix:///var/run/docker.sock" (a daemon over tcp:// is reached by ssh:// to its machine).',
      'docker:sshOpts must be a list of texts, such as ["-i", "/path/of/key"].',
    ],
  );
});

test("durations in Go's notation", (t) => {
  const durations: [string, number][] = [
    ["0s", 0],
    ["5s", 5e9],
    ["1m30s", 90e9],
    ["1h0m0s", 3600e9],
    ["1.5s", 1.5e9],
    ["200ms", 2e8],
  ];
  for (const [written, nanoseconds] of durations) {
    t.is(parseDuration(written), nanoseconds);
    t.is(formatDuration(nanoseconds), written);
  }
  for (const wrong of ["", "5", "five seconds", "5s ", "-5s"]) t.is(parseDuration(wrong), undefined, wrong);
});

/** Name, mode and content of each file in an archive. */
async function contents(archive: AsyncIterable<unknown>): Promise<[string, string, string][]> {
  const found: [string, string, string][] = [];
  for await (const entry of Readable.from(archive).pipe(extract())) {
    found.push([entry.header.name!, entry.header.mode!.toString(8), await text(entry)]);
  }
  return found;
}

test("uploads go into one archive, with their modes", async (t) => {
  const archive = await uploadArchive([
    { file: "/etc/a", content: "first" },
    { file: "/etc/b", contentBase64: "c2Vjb25k", permissions: "0600" },
    { file: "/etc/c", content: "third", executable: true },
  ]);
  t.deepEqual(await contents(Readable.from([archive])), [
    ["etc/a", "644", "first"],
    ["etc/b", "600", "second"],
    ["etc/c", "744", "third"],
  ]);
});

test("a build reads what .dockerignore lets through, and its digest follows content, names and modes", async (t) => {
  const context = await mkdtemp(join(tmpdir(), "trivet-context-"));
  t.teardown(() => rm(context, { recursive: true }));
  await mkdir(join(context, "sub"));
  await writeFile(join(context, "Dockerfile"), "FROM scratch\n");
  await writeFile(join(context, ".dockerignore"), "*.log\n.dockerignore\n");
  await writeFile(join(context, "sub/a"), "content");
  await writeFile(join(context, "sub/b.log"), "ignored at the top only");
  await writeFile(join(context, "c.log"), "ignored");
  await symlink("sub/a", join(context, "link"));
  const build = { context, dockerfile: join(context, "Dockerfile") };
  t.deepEqual(
    (await contents(contextArchive(build))).map(([name]) => name),
    ["Dockerfile", "link", "sub", "sub/a", "sub/b.log"],
  );

  const digests = [await contextDigest(build)];
  await writeFile(join(context, "c.log"), "changed");
  t.is(await contextDigest(build), digests[0]!, "an ignored file");
  await writeFile(join(context, "sub/a"), "changed");
  digests.push(await contextDigest(build));
  await chmod(join(context, "sub/a"), 0o755);
  digests.push(await contextDigest(build));
  await rm(join(context, "link"));
  digests.push(await contextDigest(build));
  t.is(new Set(digests).size, 4);
});

test("inputs of an image that is built", async (t) => {
  const error = await t.throwsAsync(
    provider.check(IMAGE, {}, { imageName: "a:1", skipPush: true, build: { context: "engine" } }, seed),
  );
  t.regex(error!.message, /^There is no Dockerfile .*\/engine\/Dockerfile\./);
  const { failures } = await provider.check(
    IMAGE,
    {},
    { imageName: "a:1", skipPush: false, buildOnPreview: true },
    seed,
  );
  t.deepEqual(
    failures.map(({ property }) => property),
    ["skipPush", "buildOnPreview"],
  );
});
