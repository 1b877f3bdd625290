// A failure domain of several subnets, as every reader of them sees it.
import test from "ava";
import { plan } from "../../checks/faults/index.ts";
import { readSettings } from "../../stacks/settings.ts";
import { run } from "./program.ts";
import { complaint, lab, small, type Values } from "./small.ts";

function wide(values: Values = small()): Values {
  values.domains[0] = { name: "fd1", subnets: ["10.1.0.0/24", "10.9.0.0/24"] };
  return values;
}
const said = (change: (values: Values) => void, base?: Values) =>
  complaint((values) => {
    wide(values);
    change(values);
  }, base);

test("hosts may be in any of them, and BIND and chrony answer to all", async (t) => {
  const values = wide();
  values.hosts.push({
    ...values.hosts[0],
    name: "b1",
    address: "10.9.0.11",
    endpoint: "ssh://b1",
    roles: ["satellite"],
  });
  const { inventory, resources } = await run("x", {}, readSettings({ file: "/nowhere/Pulumi.x.yaml", values }));
  t.deepEqual(inventory.domains[0], { name: "fd1", subnets: ["10.1.0.0/24", "10.9.0.0/24"] });
  t.deepEqual(inventory.domains[1], { name: "fd2", subnet: "10.2.0.0/24" });
  const inputs = JSON.stringify(resources.map((each) => each.inputs));
  t.regex(inputs, /acl ours \{ 127\.0\.0\.0\/8; 10\.1\.0\.0\/24; 10\.9\.0\.0\/24; 10\.2\.0\.0\/24;/);
  t.regex(inputs, /allow 10\.1\.0\.0\/24\\+nallow 10\.9\.0\.0\/24\\+nallow 10\.2\.0\.0\/24/);
});

test("an address in none of them", (t) => {
  t.regex(
    said((values) => (values.hosts[0].address = "10.8.0.11")),
    /hosts\[0\]\.address\n.*10\.8\.0\.11\n.*an address in 10\.1\.0\.0\/24 or 10\.9\.0\.0\/24, the subnets of its domain fd1/,
  );
});

test("the router's address in a lab's second one", (t) => {
  t.regex(
    said((values) => (values.hosts[0].address = "10.9.0.2"), lab()),
    /10\.9\.0\.2, the lab's router of 10\.9\.0\.0\/24/,
  );
});

test("two that overlap: of two domains, and of one", (t) => {
  t.regex(
    said((values) => (values.domains[2].subnet = "10.9.0.0/16")),
    /domains\[2\]\.subnet\n.*10\.9\.0\.0\/16, which overlaps 10\.9\.0\.0\/24 of fd1/,
  );
  t.regex(
    said((values) => values.domains[0].subnets.push("10.9.0.128/25")),
    /domains\[0\]\.subnets\[2\]\n.*overlaps 10\.9\.0\.0\/24 of fd1\n.*\n.*leave one of the two out/,
  );
});

test("both forms, and neither", (t) => {
  t.regex(
    said((values) => (values.domains[0].subnet = "10.1.0.0/24")),
    /domains\[0\]\.subnet\n.*\n.*subnet or subnets, not both/,
  );
  t.regex(
    said((values) => delete values.domains[1].subnet),
    /domains\[1\]\.subnet\n.*nothing\n.*a subnet, or a list of them as subnets\n.*add it/,
  );
});

test("a domain that is cut off keeps what goes between its own", (t) => {
  const near = { domain: "fd1", address: "10.1.0.11", endpoint: "unix:///var/run/docker.sock" };
  const inventory = {
    environment: "x",
    domains: [
      { name: "fd1", subnets: ["10.1.0.0/24", "10.9.0.0/24"] },
      { name: "fd2", subnet: "10.2.0.0/24" },
    ],
    services: [
      { ...near, service: "router", host: "router", domain: "wan", container: "trivet-x-router" },
      { ...near, service: "pod", host: "a1", container: "trivet-x-a1" },
    ],
  };
  const [cut] = plan(inventory as never, { fault: "domain-cut", hosts: ["a1"] });
  const rules = [...cut!.inject.matchAll(/forward "([^"]*)"/g)].map(([, rule]) => rule);
  t.deepEqual(rules, [
    "-s 10.1.0.0/24 -d 10.2.0.0/24",
    "-s 10.2.0.0/24 -d 10.1.0.0/24",
    "-s 10.9.0.0/24 -d 10.2.0.0/24",
    "-s 10.2.0.0/24 -d 10.9.0.0/24",
  ]);
});
