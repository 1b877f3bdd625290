import test from "ava";
import { firewallRules } from "../../lab/firewall.ts";

const places = [
  { name: "db1", domain: "fd1", address: "198.18.1.11" },
  { name: "app1", domain: "fd1", address: "198.18.1.51" },
  { name: "db2", domain: "fd2", address: "198.18.2.11" },
  { name: "db3", domain: "fd3", address: "198.18.3.11" },
];
const frame = (...lines: string[]) => `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p icmp -j ACCEPT
-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
${lines.join("\n")}
COMMIT
`;

test("nothing declared, nothing passes", (t) => {
  t.is(firewallRules([], places), frame(""));
});

test("a flow passes in its own direction, to its own port, between domains only", (t) => {
  const flow = { name: "Database", protocol: "tcp", port: 3306, from: ["app1"], to: ["db1", "db2", "db3"] } as const;
  t.is(
    firewallRules([{ ...flow, from: [...flow.from], to: [...flow.to] }], places),
    frame(
      '-A FORWARD -s 198.18.1.51 -d 198.18.2.11,198.18.3.11 -p tcp --dport 3306 -m comment --comment "Database" -j ACCEPT',
    ),
  );
});

test("one rule for each source; icmp has no port; a comment can't break out of its quotes", (t) => {
  t.is(
    firewallRules([{ name: 'Ping "all"', protocol: "icmp", from: ["db1", "db2"], to: ["db1", "db2"] }], places),
    frame(
      '-A FORWARD -s 198.18.1.11 -d 198.18.2.11 -p icmp -m comment --comment "Ping all" -j ACCEPT',
      '-A FORWARD -s 198.18.2.11 -d 198.18.1.11 -p icmp -m comment --comment "Ping all" -j ACCEPT',
    ),
  );
});
