import test from "ava";
import { BadRange, expandRanges } from "../../../stacks/watch/ansible/ranges.ts";

const patterns: [pattern: string, hosts: string[]][] = [
  ["web1", ["web1"]],
  ["web[1:3]", ["web1", "web2", "web3"]],
  ["web[08:10].example", ["web08.example", "web09.example", "web10.example"]],
  ["db-[a:c]", ["db-a", "db-b", "db-c"]],
  ["n[1:6:2]", ["n1", "n3", "n5"]],
  ["n[:2]", ["n0", "n1", "n2"]],
  ["r[1:2]n[a:b]", ["r1na", "r1nb", "r2na", "r2nb"]],
];
for (const [pattern, hosts] of patterns) test(`hosts of ${pattern}`, (t) => t.deepEqual(expandRanges(pattern), hosts));

for (const pattern of ["n[3:1]", "n[01:100]", "n[1:]", "n[a:3]", "n[1:9:0]", "n[1:2:3:4]", "n[aa:bb]"]) {
  test(`no range: ${pattern}`, (t) => t.throws(() => expandRanges(pattern), { instanceOf: BadRange }));
}
