/**
 * `npm run test:inventories [count] [seed]`: reads random inventories with Trivet and with Ansible, and prints how many
 * agree; then how long a large one takes. The exit code is 1 unless all agree.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compare, lay, readWithTrivet } from "./compare.ts";
import { largeInventory } from "./large.ts";
import { randomInventories } from "./random.ts";

const [count = 600, seed = 1] = process.argv.slice(2).map(Number);
const found = await compare(randomInventories(seed, count));
const differing = found.filter(({ agrees }) => !agrees);
for (const { inventory, trivet, ansible, problems } of differing.slice(0, 3)) {
  console.log(JSON.stringify({ inventory, trivet, ansible, problems }, null, 1));
}
const refused = found.filter(({ ansible }) => "refused" in ansible).length;
console.log(
  `${found.length - differing.length} of ${found.length} random inventories agree with Ansible (seed ${seed}; ${refused} of them are refused by both)`,
);

const large = largeInventory(5000, 300);
const folder = mkdtempSync(join(tmpdir(), "trivet-inventories-"));
lay(large, folder);
const began = performance.now();
const before = process.cpuUsage();
const { trivet, problems } = readWithTrivet(large, folder);
const took = performance.now() - began;
const { user, system } = process.cpuUsage(before);
rmSync(folder, { recursive: true });
const hosts = "hosts" in trivet ? Object.keys(trivet.hosts).length : 0;
console.log(
  `${hosts} hosts in 300 groups: read in ${(took / 1000).toFixed(2)} s (${((user + system) / 1e6).toFixed(2)} s of processor time), ${problems.length} problems`,
);
process.exitCode = differing.length === 0 ? 0 : 1;
