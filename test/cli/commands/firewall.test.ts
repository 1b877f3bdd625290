import test from "ava";
import { connectionsText, csvText } from "../../../cli/commands/firewall.ts";
import type { Flow } from "../../../core/flow.ts";

const flows: Flow[] = [
  { name: "Galera peers", protocol: "tcp", port: 3306, from: ["db1", "db2"], to: ["db1", "db2"] },
  { name: "Database for monitoring", protocol: "tcp", port: 3306, from: ["db1"], to: ["db2"] },
  { name: "Watch db1", protocol: "icmp", from: ["db2"], to: ["db1"] },
  { name: "SSH of the operator", protocol: "tcp", port: 22, from: ["operator"], to: ["db1"] },
  { name: "NTP upstream", protocol: "udp", port: 123, from: ["db1"], to: ["0.pool.ntp.org"] },
];
const addresses = new Map([
  ["db1", "10.1.0.11"],
  ["db2", "10.2.0.11"],
]);

test("for programs each pair is there once, with all that it is for", (t) => {
  t.is(
    csvText({ flows, addresses }),
    [
      "for,protocol,port,from,to",
      "Galera peers; Database for monitoring,tcp,3306,10.1.0.11,10.2.0.11",
      "Galera peers,tcp,3306,10.2.0.11,10.1.0.11",
      "Watch db1,icmp,,10.2.0.11,10.1.0.11",
      "SSH of the operator,tcp,22,operator,10.1.0.11",
      "NTP upstream,udp,123,10.1.0.11,0.pool.ntp.org",
    ].join("\n"),
  );
});

test("for people each purpose is there once, with names", (t) => {
  t.is(
    connectionsText({ flows: flows.slice(2, 4), addresses }),
    [
      "FOR                  PROTOCOL  PORT  FROM           TO",
      "Watch db1            icmp            db2 10.2.0.11  db1 10.1.0.11",
      "SSH of the operator  tcp       22    operator       db1 10.1.0.11",
    ].join("\n"),
  );
});
