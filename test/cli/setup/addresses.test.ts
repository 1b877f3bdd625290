import test from "ava";
import { firstCollision, routes } from "../../../cli/setup/addresses.ts";

const domains = [
  { name: "fd1", subnet: "198.18.1.0/24" },
  { name: "fd2", subnet: "198.18.2.0/24" },
];

/** Which domain collides with a range that something uses; undefined for none. */
const collides = test.macro((t, subnet: string, domain: string | undefined) => {
  t.is(firstCollision(domains, [{ subnet, by: "something" }])?.domain.name, domain);
});

test("the same range", collides, "198.18.2.0/24", "fd2");
test("a wider range", collides, "198.18.0.0/15", "fd1");
test("a narrower range", collides, "198.18.2.128/25", "fd2");
test("an interface's own address in the range", collides, "198.18.1.7/32", "fd1");
test("a neighbour", collides, "198.18.3.0/24", undefined);
test("the second subnet of a domain", (t) => {
  const two = { name: "two", subnets: ["198.18.5.0/24", "198.18.6.0/24"] };
  const range = { subnet: "198.18.6.128/25", by: "the interface eth0" };
  t.deepEqual(firstCollision([two], [range]), { domain: two, subnet: "198.18.6.0/24", range });
});

test("IPv6 is no concern of ours", collides, "fd00::/8", undefined);

test("it tells what uses the range", (t) => {
  const range = { subnet: "198.18.0.0/16", by: "the route over tun0" };
  t.deepEqual(firstCollision(domains, [{ subnet: "203.0.113.0/24", by: "the interface eth0" }, range]), {
    domain: domains[0]!,
    subnet: "198.18.1.0/24",
    range,
  });
});

test("routes of the kernel, without the default one", (t) => {
  const table = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
tun0\t000012C6\t00000000\t0001\t0\t0\t0\t0000FEFF\t0\t0\t0
`;
  t.deepEqual(routes(table), [
    { name: "eth0", subnet: "192.0.2.0/24", by: "the route over eth0" },
    { name: "tun0", subnet: "198.18.0.0/15", by: "the route over tun0" },
  ]);
});

test("a machine without routes", (t) => {
  t.deepEqual(routes(""), []);
});
