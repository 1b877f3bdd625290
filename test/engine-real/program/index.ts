import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { ConfigFiles } from "../../../components/files/index.ts";
import { password } from "../../../components/keys/random.ts";
import { containerName, labels, serviceContainer } from "../../../components/service.ts";
import type { Host } from "../../../core/host.ts";

// A host of the lab and two services on it, made just as the components make them.
const environment = "trial-equivalence";
const marks = labels({ environment });
const config = new pulumi.Config();
const image = new docker.RemoteImage("image", {
  name: config.require("image"),
  keepLocally: true,
});
const built = new docker.Image("built", {
  imageName: "trial-equivalence:1",
  skipPush: true,
  build: { context: "./context", args: { BASE: image.name } },
});
const network = new docker.Network("domain", {
  name: `trivet-${environment}`,
  labels: marks,
  ipamConfigs: [{ subnet: "198.18.245.0/24", gateway: "198.18.245.1" }],
  options: { "com.docker.network.bridge.enable_ip_masquerade": "false" },
});
const place: Omit<Host, "networkMode"> = {
  name: "db1",
  environment,
  domain: "fd1",
  address: "198.18.245.11",
  endpoint: "unix:///var/run/docker.sock",
};
const pod = new docker.Container(
  "pod",
  {
    name: containerName(place),
    image: built.repoDigest,
    command: ["sleep", "infinity"],
    hostname: "db1",
    labels: marks,
    restart: "unless-stopped",
    networksAdvanced: [{ name: network.name, ipv4Address: place.address }],
    capabilities: { adds: ["NET_ADMIN"] },
    sysctls: { "net.ipv4.ip_forward": "1" },
    ports: [{ internal: 80, external: 18245, ip: "127.0.0.1" }],
  },
  { deleteBeforeReplace: true },
);
const host: Host = { ...place, networkMode: pulumi.interpolate`container:${pod.id}` };
const secret = password("password");
const first = serviceContainer(
  {
    host,
    service: "target",
    image: image.imageId,
    command: [
      "sh",
      "-c",
      "printf '#!/bin/sh\\n' > /usr/local/bin/health; chmod +x /usr/local/bin/health; exec sleep infinity",
    ],
    files: [
      { path: "/etc/trial/secret", content: secret, mode: "0600" },
      { path: "/etc/trial/plain", content: "plain\n" },
    ],
    volumes: { data: "/data", more: "/more" },
    lessCapabilities: ["SYS_CHROOT"],
    gated: true,
    stopTimeout: 1,
  },
  {},
);
const second = serviceContainer(
  { host, service: "receiver", image: image.imageId, command: ["sleep", "infinity"], stopTimeout: 1 },
  { dependsOn: first.healthy },
);
new ConfigFiles("files", {
  endpoint: host.endpoint,
  container: containerName(host, "target"),
  containerId: first.container.id,
  folder: "/etc/trial",
  files: { text: config.get("text") ?? "one", secret },
  apply: ["sh", "-c", "cat /etc/trial/text > /applied"],
});
export const ids = [first.container.id, second.container.id];
export const digest = secret.apply((value) => value.length);
