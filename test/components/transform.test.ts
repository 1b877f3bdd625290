import type * as docker from "@pulumi/docker";
import test from "ava";
import { GaleraCluster, type Host, TimeService, type Transform, UserError } from "../../components/index.ts";
import { host, three } from "./hosts.ts";
import { recordingMocks } from "./mocks.ts";

const mocks = await recordingMocks();
const seen: string[] = [];
const database = (name: string, hosts: Host[], container?: Transform["container"]) =>
  new GaleraCluster(name, { hosts, image: "galera:1", monitorPassword: "kept", transform: container && { container } });

database("plain", three("plain", 11));
database("changed", three("changed", 21), (args, _opts, at) => {
  seen.push(`${at.service} ${at.host.name}`);
  args.memory = 8192;
  args.envs = ["TZ=Europe/Berlin"];
  args.logDriver = "journald";
  args.logOpts = {};
  args.mounts = [{ type: "bind", source: "/srv/ca", target: "/ca", readOnly: true }];
  (args.volumes as docker.types.input.ContainerVolume[]).push({ hostPath: "/srv/dump", containerPath: "/dump" });
});
database("returned", three("returned", 31), (args) => ({ ...args, memory: 1024 }));
test.before(() => mocks.settled());

test("a limit, a mount, a variable and a log driver, in place or as other arguments", (t) => {
  const { memory, logDriver, mounts, volumes, name, networkMode, envs } = mocks.inputs("changed2-galera");
  t.deepEqual([memory, logDriver, mounts.length], [8192, "journald", 1]);
  t.deepEqual(
    volumes.map(({ containerPath }: { containerPath: string }) => containerPath),
    ["/var/lib/mysql", "/dump"],
  );
  t.deepEqual([name, networkMode], ["trivet-t-changed2-galera", "container:changed2-pod"]);
  t.deepEqual(envs, ["TZ=Europe/Berlin", "TRIVET_CONTAINER=trivet-t-changed2-galera"]);
  t.is(mocks.inputs("returned1-galera").memory, 1024);
  t.true(["galera changed1", "galera changed2", "galera changed3"].every((one) => seen.includes(one)));
});

test("nothing else differs from a container without a transform", (t) => {
  const { memory, uploads, name, volumes, labels, networkMode, envs, ...changed } = mocks.inputs("returned1-galera");
  const {
    uploads: _uploads,
    name: _name,
    volumes: _volumes,
    labels: _labels,
    networkMode: _networkMode,
    envs: _envs,
    ...plain
  } = mocks.inputs("plain1-galera");
  t.deepEqual(changed, plain);
  t.is(memory, 1024);
});

test("before containers change by it, the whole cluster is looked at", async (t) => {
  const digests: string[] = [];
  for (const memory of [1024, 1024, 2048]) {
    database("twice", three("twice", 41), (args) => {
      args.memory = memory;
    });
    await mocks.settled();
    digests.push(mocks.inputs("twice-whole").digest);
  }
  t.is(digests[0], digests[1]);
  t.not(digests[1], digests[2]);
});

const relied: [string, Transform["container"], RegExp][] = [
  ["name", (args) => ({ ...args, name: "mine" }), /changes name; expected it as the component makes it/],
  ["image", (args) => ({ ...args, image: "mariadb" }), /changes image;/],
  ["command", (args) => ({ ...args, command: ["sleep"] }), /changes command;/],
  ["entrypoint", (args) => ({ ...args, entrypoints: ["sleep"] }), /changes entrypoints;/],
  ["network mode", (args) => ({ ...args, networkMode: "bridge" }), /changes networkMode;/],
  ["restart", (args) => ({ ...args, restart: "no" }), /changes restart;/],
  ["labels", (args) => ({ ...args, labels: [] }), /changes labels \(io\.trivet\.domain\);/],
  ["no volumes", (args) => ({ ...args, volumes: undefined }), /changes volumes;/],
  ["other volumes", (args) => ({ ...args, volumes: [] }), /changes volumes \(\/var\/lib\/mysql\);/],
  [
    "a volume in place",
    (args) => {
      (args.volumes as { volumeName?: unknown }[])[0]!.volumeName = "other";
    },
    /changes volumes \(\/var\/lib\/mysql\);/,
  ],
  [
    "a file in place",
    (args) => {
      (args.uploads as { content?: unknown }[])[0]!.content = "other";
    },
    /changes uploads \(\/etc\/trivet\/hosts\);/,
  ],
  [
    "a mount over the data",
    (args) => {
      args.mounts = [{ type: "tmpfs", target: "/var/lib/mysql" }];
    },
    /changes mounts \(\/var\/lib\/mysql\);/,
  ],
  [
    "the parent",
    (_args, opts) => {
      opts.parent = undefined;
    },
    /changes the option parent;/,
  ],
  [
    "what it waits for",
    (_args, opts) => {
      opts.dependsOn = [];
    },
    /changes the option dependsOn;/,
  ],
];
for (const [what, container, message] of relied) {
  test(`what Trivet relies on can't be changed: ${what}`, (t) => {
    const error = t.throws(
      () => database(`refused-${what}`.replaceAll(" ", "-").slice(0, 30), three("bad", 51), container),
      {
        instanceOf: UserError,
      },
    );
    t.regex(error.message, /^The transform of galera on bad1 changes /);
    t.regex(error.message, message);
  });
}

test("a capability that a component needs can't be taken", (t) => {
  const hosts = [host("ntp1", "fd1", "198.18.1.61")];
  const args = { hosts, servers: hosts, image: "chrony:1", clients: ["198.18.1.0/24"] };
  t.throws(
    () => new TimeService("time", { ...args, transform: { container: (all) => ({ ...all, capabilities: {} }) } }),
    {
      instanceOf: UserError,
      message: /^The transform of chrony on ntp1 changes capabilities \(CHOWN\);/,
    },
  );
});
