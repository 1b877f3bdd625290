import test from "ava";
import type Docker from "dockerode";
import { argsOf } from "../../engine/docker/container/args.ts";
import { container } from "../../engine/docker/container/index.ts";
import { containerOutputs } from "../../engine/docker/container/outputs.ts";
import { createRequest, endpointConfig } from "../../engine/docker/container/request.ts";
import { diffInputs } from "../../engine/docker/diff.ts";
import { checkInputs } from "../../engine/docker/inputs.ts";
import { importedInputs, observedInputs } from "../../engine/docker/refresh.ts";
import type { Props } from "../../engine/wire/values.ts";
import { checked, given, inspected, outputs } from "./golden.ts";

const found = inspected as unknown as Docker.ContainerInspectInfo;
const changed = (olds: Props, news: Props, seen: Props = {}) => {
  const [before, after] = [checkInputs(container.fields, olds, {}), checkInputs(container.fields, news, {})];
  const changes = diffInputs(container, before.inputs, after.inputs, seen, []);
  return changes.map(({ property, kind, replaces }) => `${kind} ${property}${replaces ? " replaces" : ""}`);
};

test("inputs are checked into those of the real provider", (t) => {
  t.deepEqual(checkInputs(container.fields, given, {}), { inputs: checked, failures: [] });
});

test("outputs are those of the real provider", (t) => {
  t.deepEqual(containerOutputs(found, checked), outputs);
  t.deepEqual(containerOutputs(found, { ...checked, ...outputs }), outputs, "also when read again");
});

test("what the real provider wrote is unchanged for the same program", (t) => {
  t.deepEqual(diffInputs(container, checked, checked, outputs, []), []);
  const refreshed = observedInputs(container.fields, checked, outputs);
  t.deepEqual(diffInputs(container, refreshed, checked, outputs, []), [], "also after a refresh");
});

test("the minimal container gets the seven defaults", (t) => {
  const { inputs } = checkInputs(container.fields, { name: "a", image: "b" }, {});
  t.deepEqual(inputs, {
    __defaults: [
      "containerReadRefreshTimeoutMilliseconds",
      "mustRun",
      "networkMode",
      "removeVolumes",
      "restart",
      "start",
      "waitTimeout",
    ],
    containerReadRefreshTimeoutMilliseconds: 15000,
    image: "b",
    mustRun: true,
    name: "a",
    networkMode: "bridge",
    removeVolumes: true,
    restart: "no",
    start: true,
    waitTimeout: 60,
  });
});

test("what replaces a container, and what does not", (t) => {
  t.deepEqual(changed(given, { ...given, uploads: [{ file: "/etc/hello", content: "ho" }] }), [
    "update uploads replaces",
  ]);
  t.deepEqual(changed(given, { ...given, image: "sha256:0" }), ["update image replaces"]);
  t.deepEqual(changed(given, { ...given, restart: "no", memory: 65, waitTimeout: 31, wait: false }), [
    "update memory",
    "update restart",
    "delete wait",
    "update waitTimeout",
  ]);
  t.deepEqual(changed(given, { ...given, user: "mysql" }), ["add user replaces"]);
});

test("order does not count in a set, but in a list", (t) => {
  const two = (list: Props[]) => ({
    name: "a",
    image: "b",
    volumes: list,
    command: list.map((item) => item.containerPath!),
  });
  const [a, b] = [{ containerPath: "/a" }, { containerPath: "/b" }];
  t.deepEqual(changed(two([a, b]), two([b, a])), ["update command replaces"]);
});

test("absent is the same as empty or as the default", (t) => {
  const minimal = { name: "a", image: "b" };
  t.deepEqual(changed(minimal, { ...minimal, labels: [], privileged: false, restart: "no", dns: [] }), []);
});

test("what Docker decides where the program says nothing is no change when it is taken out", (t) => {
  const { command, healthcheck, workingDir, ...less } = given;
  t.deepEqual(changed(given, less), []);
  t.deepEqual(changed(given, { ...less, sysctls: {} }), ["delete sysctls replaces"]);
});

test("an existing container is imported with what it has", (t) => {
  const inputs = importedInputs(container.fields, containerOutputs(found, {}));
  t.like(inputs, { name: "eng-rich", memory: 64, restart: "unless-stopped", __defaults: [] });
  t.false("networkMode" in inputs, "it is the default");
  const program = checkInputs(container.fields, { name: "eng-rich", image: given.image! }, {}).inputs;
  const differing = diffInputs(container, inputs, program, {}, []).map((change) => change.property);
  t.deepEqual(differing, [
    "capabilities",
    "dns",
    "dnsSearches",
    "hosts",
    "memory",
    "memorySwap",
    "restart",
    "sysctls",
    "tmpfs",
  ]);
});

test("a container that was seen stopped is started by an update", (t) => {
  t.deepEqual(changed(given, given, { ...outputs, mustRun: false }), ["update mustRun"]);
});

test("a capability that a newer daemon spells out is no difference", (t) => {
  const host = { ...inspected.HostConfig, CapAdd: ["CAP_NET_ADMIN"], CapDrop: ["CAP_MKNOD"] };
  t.deepEqual(containerOutputs({ ...found, HostConfig: host } as never, checked).capabilities, outputs.capabilities);
});

test("a duration is kept as it was written while it means the same", (t) => {
  const Healthcheck = { Test: ["CMD", "true"], Interval: 90e9, Timeout: 2e8 };
  const asked = { ...checked, healthcheck: { interval: "90s", timeout: "0.3s" } };
  const { healthcheck } = containerOutputs({ ...found, Config: { ...inspected.Config, Healthcheck } } as never, asked);
  t.like(healthcheck, { interval: "90s", timeout: "200ms", retries: 0 });
});

test("a duration that the real provider wrote in Go's way is no change, also after a refresh", (t) => {
  const asked = checkInputs(container.fields, { ...given, healthcheck: { interval: "60s" } }, {}).inputs;
  const written = {
    ...outputs,
    healthcheck: { ...(outputs.healthcheck as Props), interval: "1m0s", retries: 0, tests: [] },
  };
  const refreshed = observedInputs(container.fields, asked, written);
  t.like(refreshed.healthcheck, { interval: "60s" });
  t.deepEqual(diffInputs(container, { ...asked, healthcheck: written.healthcheck! }, asked, written, []), []);
});

test("the request to the daemon", (t) => {
  const request = createRequest(argsOf(checked));
  t.like(request, {
    name: "eng-rich",
    Entrypoint: undefined,
    ExposedPorts: { "53/udp": {}, "80/tcp": {} },
    Healthcheck: { Test: ["CMD", "true"], Interval: 5e9, Timeout: 0, StartPeriod: 0, Retries: 3 },
    Labels: { role: "x" },
    StopTimeout: 5,
    Volumes: { "/data": {}, "/hosttmp": {} },
  });
  t.like(request.HostConfig, {
    Binds: ["eng-vol:/data:rw", "/tmp:/hosttmp:ro"],
    ExtraHosts: ["foo:10.1.1.1"],
    Memory: 67108864,
    PortBindings: {
      "53/udp": [{ HostIp: "0.0.0.0", HostPort: "" }],
      "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "18080" }],
    },
    RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
    ShmSize: 33554432,
  });
  t.deepEqual(endpointConfig({ name: "n", ipv4Address: "10.77.0.10", aliases: ["r"], driverOpts: ["a=b=c"] }), {
    Aliases: ["r"],
    DriverOpts: { a: "b=c" },
    IPAMConfig: { IPv4Address: "10.77.0.10", IPv6Address: undefined, LinkLocalIPs: undefined },
    MacAddress: undefined,
  });
});

const refusals: [string, Props, string][] = [
  ["a property that is not known", { imagee: "b" }, '"imagee" is no property of this resource.'],
  ["a missing one", { image: null }, '"image" is required and was not given.'],
  ["a part that is missing", { ports: [{ external: 80 }] }, '"ports[0].internal" is required and was not given.'],
  ["a value of another type", { ports: [{ internal: "http" }] }, '"ports[0].internal" is a string; expected a number.'],
  ["a text for a list", { command: "sleep 1000" }, '"command" is a string; expected a list.'],
  ["what is not supported", { gpus: "all" }, '"gpus" is not supported: devices of the host can\'t be handed over.'],
  [
    "an unknown restart policy",
    { restart: "sometimes" },
    '"restart" is "sometimes"; expected no, on-failure, always or',
  ],
  ["a duration without unit", { healthcheck: { interval: "5" } }, '"healthcheck.interval" is "5"; expected a duration'],
  [
    "a file without content",
    { uploads: [{ file: "/a" }] },
    '"uploads[0]" (/a) has 0 of content, contentBase64 and source',
  ],
  [
    "permissions that are not octal",
    { uploads: [{ file: "/a", content: "b", permissions: "rw" }] },
    '"uploads[0].permissions" is "rw"',
  ],
  [
    "a mount of nothing",
    { volumes: [{ volumeName: "a" }] },
    '"volumes[0]" needs either containerPath or fromContainer',
  ],
];
for (const [what, more, reason] of refusals) {
  test(`refused: ${what}`, (t) => {
    const { inputs, failures } = checkInputs(container.fields, { name: "a", image: "b", ...more }, {});
    const reasons = [...failures, ...container.validate!(inputs)].map((failure) => failure.reason);
    t.is(reasons.length, 1, reasons.join("\n"));
    t.true(reasons[0]!.startsWith(reason), reasons[0]);
  });
}

test("a wrong value is never shown: it may be a secret", (t) => {
  const { failures } = checkInputs(container.fields, { name: "a", image: "b", envs: "PASSWORD=x" }, {});
  t.deepEqual(failures, [{ property: "envs", reason: '"envs" is a string; expected a list.' }]);
});
