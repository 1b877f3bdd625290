import test from "ava";
import { hostsTo } from "../../../checks/ways/hosts.ts";
import type { Inventory } from "../../../core/inventory.ts";

const hosts = ["db1", "db2", "db3", "web1", "web2", "sat1"].map((name, at) => ({ name, address: `10.0.0.${at + 1}` }));
const tcp = (port: number, from: string[], to: string[]) => ({ name: "x", protocol: "tcp" as const, port, from, to });
const databases = ["db1", "db2", "db3"];
const site = {
  hosts,
  services: [{ service: "proxy", host: "web2" }],
  flows: [
    tcp(3306, ["db1", "web1", "web2"], databases),
    tcp(3306, databases, databases),
    { ...tcp(53, ["sat1"], ["db1"]), protocol: "udp" },
  ],
  otherFlows: { within: [tcp(53, ["web1"], ["db1"])], outside: [tcp(8080, ["people"], ["web2"])] },
} as unknown as Inventory;
const to = (address: string, port: number) => hostsTo(site, { address, port });

test("who may connect and serves nobody there comes first, and not the same one for each target", (t) => {
  t.deepEqual(to("10.0.0.1", 3306), ["web1", "web2", "db2", "db3"]);
  t.deepEqual(to("10.0.0.2", 3306), ["web2", "web1", "db3", "db1"]);
});

test("only flows over TCP to that host at that port count, those within a domain, too", (t) => {
  t.deepEqual(to("10.0.0.1", 53), ["web1"]);
  t.deepEqual(to("10.0.0.2", 53), []);
});

test("to the entry by its own host, on loopback and at its address", (t) => {
  t.deepEqual(to("127.0.0.1", 8080), ["web2"]);
  t.deepEqual(to("10.0.0.5", 8080), ["web2"]);
  t.deepEqual(to("10.0.0.9", 8080), []);
});
