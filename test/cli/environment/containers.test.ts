import test from "ava";
import { recordedContainers } from "../../../cli/environment/containers.ts";
import type { ResourceState, Value } from "../../../engine/index.ts";
import { secret } from "../../../engine/wire/values.ts";

const resource = (type: string, inputs: Record<string, Value>, more: Partial<ResourceState> = {}): ResourceState => ({
  urn: `urn:pulumi:x::trivet::${type}::n`,
  type,
  custom: true,
  inputs,
  outputs: {},
  dependencies: [],
  propertyDependencies: {},
  ...more,
});
const CONTAINER = "docker:index/container:Container";
const labels = (host: string, service: string) => [
  { label: "io.trivet.host", value: host },
  { label: "io.trivet.service", value: service },
];

test("containers of a state, with the image's name, the pod's name, and which of their files are secret", async (t) => {
  const recorded = await recordedContainers("x", [
    resource("docker:index/remoteImage:RemoteImage", { name: "trivet/bind:1" }, { outputs: { imageId: "sha256:1" } }),
    resource("docker:index/network:Network", {
      name: "trivet-x-fd1",
      ipamConfigs: [{ subnet: "10.1.0.0/24", gateway: "10.1.0.1" }],
      options: { a: "b" },
    }),
    resource(CONTAINER, { name: "trivet-x-dns1", image: "pod", labels: labels("dns1", "pod") }, { id: "abc" }),
    resource(CONTAINER, {
      name: "trivet-x-dns1-bind",
      image: "sha256:1",
      networkMode: "container:abc",
      labels: labels("dns1", "bind"),
      uploads: [
        { file: "/etc/a", content: "a" },
        { file: "/etc/b", content: secret("b"), permissions: "0640" },
        secret({ file: "/etc/c", contentBase64: Buffer.from("c").toString("base64"), executable: true }),
      ],
    }),
    resource(CONTAINER, { name: "old" }, { delete: true }),
    resource("trivet:index:ConfigFiles", {
      container: "trivet-x-dns1-bind",
      folder: "/etc/bind/zones",
      files: { one: "1", two: secret("2") },
    }),
  ]);
  t.deepEqual(recorded.networks, [
    { name: "trivet-x-fd1", subnet: "10.1.0.0/24", gateway: "10.1.0.1", options: { a: "b" } },
  ]);
  t.deepEqual(
    recorded.containers.map(({ name }) => name),
    ["trivet-x-dns1", "trivet-x-dns1-bind"],
  );
  const { image, host, service, inputs, files } = recorded.containers[1]!;
  t.deepEqual([image, host, service, inputs.networkMode], ["trivet/bind:1", "dns1", "bind", "container:trivet-x-dns1"]);
  t.deepEqual(
    files.map(({ path, content, mode, secret }) => [path, String(content), mode, secret]),
    [
      ["/etc/a", "a", "0644", false],
      ["/etc/b", "b", "0640", true],
      ["/etc/c", "c", "0744", true],
      ["/etc/bind/zones/one", "1", "0644", false],
      ["/etc/bind/zones/two", "2", "0644", true],
    ],
  );
});
