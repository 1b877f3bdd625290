import test from "ava";
import { domainName, placesAmong } from "../../../stacks/init/places.ts";

const hosts = (...groups: string[][]) => groups.map((each) => ({ groups: each }));

test("groups that are named alike for places, and that hold each host once", (t) => {
  const found = (...groups: string[][]) => placesAmong(hosts(...groups));
  t.deepEqual(found(["web", "dc1"], ["web", "dc2"], ["db", "dc1"]), ["dc1", "dc2"]);
  t.deepEqual(found(["site_berlin"], ["site_paris"], ["site_rome", "x"]), ["site_berlin", "site_paris", "site_rome"]);
  t.deepEqual(found(["east-rack"], ["west-rack"]), ["east-rack", "west-rack"]);
  t.deepEqual(found(["eu-zone-a"], ["eu-zone-b"]), ["eu-zone-a", "eu-zone-b"]);
  t.deepEqual(found(["DC_1", "rack1"], ["DC_2", "rack2"], ["DC_2", "rack3"]), ["rack1", "rack2", "rack3"]);
});

test("none where a host is in two, or in none, where there is but one, or where groups are roles", (t) => {
  t.is(placesAmong(hosts(["dc1", "dc2"], ["dc1"])), undefined);
  t.is(placesAmong(hosts(["dc1"], ["dc2"], ["web"])), undefined);
  t.is(placesAmong(hosts(["dc1"], ["dc1"])), undefined);
  t.is(placesAmong(hosts(["role_web"], ["role_db"])), undefined);
  t.is(placesAmong(hosts(["web1"], ["web2"])), undefined);
  t.is(placesAmong([]), undefined);
  t.is(placesAmong(hosts(...Array.from({ length: 13 }, (_, index) => [`rack${index}`]))), undefined);
});

test("a group's name as a domain's", (t) => {
  t.is(domainName("site_Berlin", []), "site-berlin");
  t.is(domainName("Größe-1", ["groesse"]), "grosse-1");
  t.is(domainName("東京", []), "place");
  t.is(domainName("a b", ["a-b"]), "a-b2");
});
