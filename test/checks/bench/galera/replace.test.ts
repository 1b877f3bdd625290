import test from "ava";
import type { ContainerInspectInfo } from "dockerode";
import { sameAgain } from "../../../../checks/bench/galera/replace.ts";

test("the same container again; what belongs to its pod is left to the pod", (t) => {
  const found = {
    Id: "1",
    Name: "/trivet-x-db1-galera",
    Config: { Hostname: "db1", Domainname: "", ExposedPorts: {}, Image: "trivet/galera:1", Labels: { a: "b" } },
    HostConfig: { NetworkMode: "container:2", RestartPolicy: { Name: "unless-stopped" } },
  } as unknown as ContainerInspectInfo;
  t.deepEqual(sameAgain(found) as unknown, {
    name: "trivet-x-db1-galera",
    Image: "trivet/galera:1",
    Labels: { a: "b" },
    HostConfig: found.HostConfig,
  });
  const alone = { ...found, HostConfig: { NetworkMode: "trivet-x" } } as unknown as ContainerInspectInfo;
  t.is(sameAgain(alone).Hostname, "db1");
});
