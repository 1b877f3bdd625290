import test from "ava";
import { allZones, icingaTopology, zoneOf } from "../../../components/icinga/topology.ts";
import { UserError } from "../../../core/errors.ts";
import { host, site, topology } from "./site.ts";

test("a zone for the masters, one for each domain with satellites, one for each agent", (t) => {
  t.deepEqual(
    allZones(topology).map(({ name, parent, endpoints }) => [name, parent, endpoints.map((each) => each.name)]),
    [
      ["master", undefined, ["mon1", "mon2"]],
      ["fd1", "master", ["sat1"]],
      ["fd3", "master", ["sat3"]],
      ["app2", "master", ["app2"]],
      ["app3", "fd3", ["app3"]],
    ],
  );
  t.is(zoneOf(topology, "sat3")?.name, "fd3");
  t.is(zoneOf(topology, "plain1"), undefined);
});

const refused = test.macro((t, change: Partial<typeof site>, message: RegExp) => {
  t.throws(() => icingaTopology({ ...site, ...change }), { instanceOf: UserError, message });
});

const [mon1] = site.masters;
const sat = (number: number) => host(`sat${number}`, "fd1", `198.18.1.4${number}`);

test("one master is refused", refused, { masters: [mon1!] }, /two masters in different failure domains.*mon1 in fd1/);
test(
  "two masters of one domain are refused",
  refused,
  { masters: [mon1!, host("mon2", "fd1", "198.18.1.32")] },
  /given: mon1 in fd1, mon2 in fd1/,
);
test("a third satellite is refused", refused, { satellites: [sat(1), sat(2), sat(3)] }, /fd1 has 3 satellites/);
test("a host with two roles is refused", refused, { agents: [mon1!] }, /mon1 has two of the roles/);
test(
  "a domain named as the masters' zone is refused",
  refused,
  { satellites: [host("sat1", "master", "198.18.1.41")] },
  /Two Icinga zones would be named "master"/,
);
test(
  "a name that breaks out of the configuration is refused",
  refused,
  { agents: [host('a" {', "fd1", "198.18.1.51")] },
  /"a" {" can't name a host or zone/,
);
