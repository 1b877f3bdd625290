import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import { ConfigFiles, type ConfigFilesArgs } from "../../../components/files/index.ts";
import { resolvConf } from "../../../components/files/resolv.ts";
import { UserError } from "../../../core/errors.ts";
import { dynamicProvider } from "../dynamic.ts";

let recorded: pulumi.Inputs = {};
await pulumi.runtime.setMocks({
  async newResource({ inputs }) {
    recorded = inputs;
    return { id: "id", state: inputs };
  },
  async call({ inputs }) {
    return inputs;
  },
});

const args: ConfigFilesArgs = {
  endpoint: "unix:///var/run/docker.sock",
  container: "trivet-unit-mon1-icinga-master",
  containerId: "1",
  folder: "/etc/icinga2/zones.d",
  files: { "b.conf": "b", "a.conf": "a" },
  apply: ["apply-config"],
};

const diff = async (news: object) => {
  await new Promise<void>((resolve) => new ConfigFiles("files", args).urn.apply(() => resolve()));
  return dynamicProvider(recorded).diff!("id", recorded, { ...recorded, ...news });
};
const kept = { changes: false, replaces: [], deleteBeforeReplace: true };
const updated = { ...kept, changes: true };

test("the same files in another order are no change", async (t) => {
  t.deepEqual(await diff({ files: { "a.conf": "a", "b.conf": "b" } }), kept);
});
test("another text, another file and a new container are an update in place", async (t) => {
  t.deepEqual(await diff({ files: { "a.conf": "c", "b.conf": "b" } }), updated);
  t.deepEqual(await diff({ files: { "a.conf": "a" } }), updated);
  t.deepEqual(await diff({ containerId: "2" }), updated);
  t.deepEqual(await diff({ apply: ["true"] }), updated);
});
test("another folder, container or endpoint is a replacement", async (t) => {
  t.deepEqual(await diff({ folder: "/srv" }), { ...updated, replaces: ["folder"] });
  t.deepEqual(await diff({ container: "other" }), { ...updated, replaces: ["container"] });
  t.deepEqual(await diff({ endpoint: "ssh://root@mon1" }), { ...updated, replaces: ["endpoint"] });
});

const refused = test.macro((t, change: Partial<ConfigFilesArgs>, message: RegExp) => {
  t.throws(() => new ConfigFiles("refused", { ...args, ...change }), { instanceOf: UserError, message });
});
test("an endpoint that is none is refused", refused, { endpoint: "tcp://mon1:2375" }, /expected unix:.*or ssh:/);
test("the root folder is refused", refused, { folder: "/" }, /owned whole/);

test("resolv.conf asks another server after a second", (t) => {
  t.is(
    resolvConf(["198.18.1.53", "198.18.2.53"]),
    "nameserver 198.18.1.53\nnameserver 198.18.2.53\noptions timeout:1 attempts:2 rotate\n",
  );
});
