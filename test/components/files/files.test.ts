import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import { ConfigFiles, type ConfigFilesArgs } from "../../../components/files/index.ts";
import { resolvConf } from "../../../components/files/resolv.ts";
import { UserError } from "../../../core/errors.ts";
import { echoMocks } from "../provided.ts";

await pulumi.runtime.setMocks(echoMocks);

const args: ConfigFilesArgs = {
  endpoint: "unix:///var/run/docker.sock",
  container: "trivet-unit-mon1-icinga-master",
  containerId: "1",
  folder: "/etc/icinga2/zones.d",
  files: { "b.conf": "b", "a.conf": "a" },
  apply: ["apply-config"],
};

const refused = test.macro((t, change: Partial<ConfigFilesArgs>, message: RegExp) => {
  t.throws(() => new ConfigFiles("refused", { ...args, ...change }), { instanceOf: UserError, message });
});
test("an endpoint that is none is refused", refused, { endpoint: "tcp://mon1:2375" }, /expected a Docker endpoint/);
test("the root folder is refused", refused, { folder: "/" }, /owned whole/);

test("resolv.conf asks another server after a second", (t) => {
  t.is(
    resolvConf(["198.18.1.53", "198.18.2.53"]),
    "nameserver 198.18.1.53\nnameserver 198.18.2.53\noptions timeout:1 attempts:2 rotate\n",
  );
});
