import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { installAnsible } from "./ansible.ts";
import { type Comparison, compare, type Files, lay, readWithTrivet } from "./compare.ts";
import { largeInventory } from "./large.ts";
import { randomInventories } from "./random.ts";

/** An inventory with what Ansible makes of it; nothing where it refuses. */
type Kept = Files & { name: string; hosts: object | null };

/** Inputs in which Trivet once differed, or that people really feed it. */
const kept: Kept[] = JSON.parse(readFileSync(join(import.meta.dirname, "kept.json"), "utf8"));

// Where no Python package index is reached, what only Ansible can tell is skipped, and counted as that.
const hasAnsible = await installAnsible().then(
  () => true,
  () => false,
);

for (const inventory of kept) {
  test(inventory.name, (t) => {
    const folder = mkdtempSync(join(tmpdir(), "trivet-inventory-"));
    t.teardown(() => rmSync(folder, { recursive: true }));
    lay(inventory, folder);
    const { trivet, problems } = readWithTrivet(inventory, folder);
    if (inventory.hosts === null) t.is(problems.length, 1);
    else t.deepEqual([trivet, problems], [{ hosts: inventory.hosts }, []] as unknown);
  });
}

const differing = (found: readonly Comparison[]) => found.filter(({ agrees }) => !agrees);

(hasAnsible ? test : test.skip)(
  "Ansible itself reads the kept inventories so, and agrees on random ones",
  async (t) => {
    t.timeout(10 * 60_000, "Ansible is installed and asked");
    const found = await compare([...kept, ...randomInventories(7, 40)]);
    t.deepEqual(differing(found), []);
    const answers = found.slice(0, kept.length).map(({ ansible }) => ("hosts" in ansible ? ansible.hosts : null));
    t.deepEqual(answers, kept.map(({ hosts }) => hosts) as unknown as typeof answers);
  },
);

test("thousands of hosts with variables of groups, files and their own", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "trivet-inventory-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const large = largeInventory(5000, 300);
  lay(large, folder);
  const { trivet, problems } = readWithTrivet(large, folder);
  t.deepEqual(problems, []);
  const hosts = "hosts" in trivet ? trivet.hosts : {};
  t.is(Object.keys(hosts).length, 5000);
  t.deepEqual(hosts["host04990.site.example"], {
    groups: ["group0", "group11", "group190", "group2", "group47"],
    variables: {
      level: 190,
      limits: [1, 2, 190],
      a: 190,
      b: ["x", "y"],
      ansible_host: "10.19.126.1",
      rack: 30,
      c: 4990,
    },
  });
});
