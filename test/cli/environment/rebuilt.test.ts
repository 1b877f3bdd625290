import test from "ava";
import { recordedImages } from "../../../cli/environment/rebuilt.ts";

test("images of a state, each with the host that has it", (t) => {
  const provider = {
    urn: "urn:pulumi:p::p::pulumi:providers:docker::north1",
    type: "pulumi:providers:docker",
    id: "1",
  };
  const image = { type: "docker:index/remoteImage:RemoteImage", inputs: { name: "trivet/a:1" }, custom: true };
  const resources = [
    { ...provider, custom: true, inputs: { host: "ssh://me@10.1.0.1" } },
    {
      ...image,
      urn: "urn:a",
      id: "sha256:1trivet/a:1",
      outputs: { imageId: "sha256:1" },
      provider: `${provider.urn}::1`,
    },
    { ...image, urn: "urn:b", id: "sha256:2trivet/a:1", outputs: { imageId: "sha256:2" } },
    { ...image, urn: "urn:c", id: "sha256:3trivet/a:1", outputs: { imageId: "sha256:3" }, delete: true },
    { ...image, urn: "urn:d", type: "docker:index/container:Container", outputs: { imageId: "sha256:4" } },
  ];
  t.deepEqual(recordedImages({ resources } as never), [
    { urn: "urn:a", name: "trivet/a:1", id: "sha256:1", endpoint: "ssh://me@10.1.0.1" },
    { urn: "urn:b", name: "trivet/a:1", id: "sha256:2", endpoint: "unix:///var/run/docker.sock" },
  ]);
});
