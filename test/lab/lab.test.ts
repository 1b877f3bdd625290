import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import { UserError } from "../../core/errors.ts";
import { Lab, type LabArgs } from "../../lab/index.ts";
import { recordingMocks } from "../components/mocks.ts";

const mocks = await recordingMocks();

const args: LabArgs = {
  environment: "t",
  image: "pod:1",
  domains: [
    { name: "fd1", subnet: "198.18.1.0/24" },
    { name: "fd2", subnet: "198.18.2.0/24" },
  ],
  hosts: [
    { name: "db1", domain: "fd1", address: "198.18.1.11" },
    {
      name: "entry",
      domain: "fd2",
      address: "198.18.2.10",
      ports: [{ internal: 80, external: 8080, ip: "127.0.0.1" }],
    },
  ],
  flows: [{ name: "Database", protocol: "tcp", port: 3306, from: ["entry"], to: ["db1"] }],
};
const lab = new Lab("lab", args);
lab.closeFormerFlows([new docker.Container("service", { name: "service", image: "galera:1" })]);
test.before(() => mocks.settled());

test("a network for each domain, without a way out", (t) => {
  const { name, ipamConfigs, options } = mocks.inputs("net-fd1");
  t.is(name, "trivet-t-fd1");
  t.deepEqual(ipamConfigs, [{ subnet: "198.18.1.0/24", gateway: "198.18.1.1" }]);
  t.deepEqual(options, { "com.docker.network.bridge.enable_ip_masquerade": "false" });
});

test("the router has the second address of each, and forwards", (t) => {
  const { networksAdvanced, sysctls, capabilities } = mocks.inputs("router");
  t.deepEqual(networksAdvanced, [
    { name: "trivet-t-fd1", ipv4Address: "198.18.1.2" },
    { name: "trivet-t-fd2", ipv4Address: "198.18.2.2" },
  ]);
  t.deepEqual(sysctls, { "net.ipv4.ip_forward": "1" });
  t.deepEqual(capabilities, { adds: ["NET_ADMIN"] });
});

test("a pod has the host's address, the router for its way out, and the ports people reach", (t) => {
  const { name, command, networksAdvanced, ports } = mocks.inputs("entry");
  t.is(name, "trivet-t-entry");
  t.deepEqual(command, ["pod", "198.18.2.2"]);
  t.deepEqual(networksAdvanced, [{ name: "trivet-t-fd2", ipv4Address: "198.18.2.10" }]);
  t.deepEqual(ports, [{ internal: 80, external: 8080, ip: "127.0.0.1" }]);
});

test("flows that are new pass before any host is there, former ones until the services are", (t) => {
  const [early, last] = [mocks.inputs("firewall-meanwhile"), mocks.inputs("firewall")];
  t.is(early.files.rules, last.files.rules);
  t.deepEqual(early.apply.slice(-1), last.apply.slice(-1), "both change the rules that a start of the router loads");
  t.not(early.folder, last.folder, "each owns its own");
  for (const host of ["db1", "entry"]) t.true(mocks.before("firewall-meanwhile", host));
  t.true(mocks.before("service", "firewall"));
});

test("logs of pods and of the router have a limit", (t) => {
  for (const name of ["db1", "router"]) {
    t.deepEqual(mocks.inputs(name).logOpts, { "max-file": "2", "max-size": "10m" });
  }
});

test("hosts share the network of their pods", async (t) => {
  const mode = await new Promise((resolve) => pulumi.output(lab.hosts[0]!.networkMode).apply(resolve));
  t.is(mode, "container:db1-id");
});

test("services: the router, and a pod for each host", (t) => {
  t.deepEqual(
    lab.services.map(({ service, container }) => `${service} ${container}`),
    ["router trivet-t-router", "pod trivet-t-db1", "pod trivet-t-entry"],
  );
});

const refused = test.macro<[Partial<LabArgs>, string]>((t, change, message) => {
  const error = t.throws(() => new Lab("refused", { ...args, ...change }), { instanceOf: UserError });
  t.is(error.message, message);
});
const db1 = (domain: string, address: string) => ({ hosts: [{ name: "db1", domain, address }], flows: [] });
test(
  "an unknown domain",
  refused,
  db1("fd9", "198.18.1.11"),
  'Lab "refused": host "db1" is in domain "fd9"; expected one of fd1, fd2.',
);
test(
  "an address elsewhere",
  refused,
  db1("fd1", "198.18.2.11"),
  'Lab "refused": host "db1" has address 198.18.2.11; expected one of 198.18.1.0/24 other than 198.18.1.1 (gateway) and 198.18.1.2 (router).',
);
test(
  "the router's address",
  refused,
  db1("fd1", "198.18.1.2"),
  'Lab "refused": host "db1" has address 198.18.1.2; expected one of 198.18.1.0/24 other than 198.18.1.1 (gateway) and 198.18.1.2 (router).',
);
test(
  "a flow to nobody",
  refused,
  { flows: [{ name: "Database", protocol: "tcp", port: 3306, from: ["db1"], to: ["db9"] }] },
  'Lab "refused": flow "Database" names host "db9"; expected one of db1, entry.',
);
