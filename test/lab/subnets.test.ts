import test from "ava";
import { Lab } from "../../lab/index.ts";
import { recordingMocks } from "../components/mocks.ts";

test("a domain of two subnets: a network for each, joined by the router", async (t) => {
  const domains = [{ name: "two", subnets: ["198.18.5.0/24", "198.18.6.0/24"] }];
  const places = [
    { name: "a", domain: "two", address: "198.18.5.11" },
    { name: "b", domain: "two", address: "198.18.6.11" },
  ];
  const seen = await recordingMocks();
  new Lab("wide", { environment: "w", image: "pod:1", domains, hosts: places, flows: [] });
  await seen.settled();
  t.is(seen.inputs("net-two").name, "trivet-w-two");
  const second = seen.inputs("net-two.2");
  t.is(second.name, "trivet-w-two.2");
  t.deepEqual(second.ipamConfigs, [{ subnet: "198.18.6.0/24", gateway: "198.18.6.1" }]);
  t.deepEqual(seen.inputs("b").command, ["pod", "198.18.6.2"]);
  t.deepEqual(seen.inputs("b").networksAdvanced, [{ name: "trivet-w-two.2", ipv4Address: "198.18.6.11" }]);
  t.deepEqual(seen.inputs("router").networksAdvanced, [
    { name: "trivet-w-two", ipv4Address: "198.18.5.2" },
    { name: "trivet-w-two.2", ipv4Address: "198.18.6.2" },
  ]);
  t.true(
    seen
      .inputs("firewall-meanwhile")
      .files.rules.includes("-A FORWARD -s 198.18.5.0/24,198.18.6.0/24 -d 198.18.5.0/24,198.18.6.0/24 -j ACCEPT"),
  );
});
