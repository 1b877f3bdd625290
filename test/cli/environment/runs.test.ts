import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { removedText, runFolder } from "../../../cli/environment/runs.ts";

test("the oldest runs are removed, the newest result and what is not a run stay", async (t) => {
  const root = await mkdtemp(join(tmpdir(), "trivet-runs-"));
  const runs = join(root, "chaos", "dev");
  const day = (n: number) => `2026-11-0${n}T02-00-00.000Z`;
  for (const name of [day(1), `mutants-${day(2)}`, day(3), day(4), "kept by hand"]) {
    await mkdir(join(runs, name), { recursive: true });
  }
  // Only this one has a result; those after it were killed.
  await writeFile(join(runs, `mutants-${day(2)}`, "run.json"), "{}");
  const { folder, removed } = await runFolder("chaos", "dev", "2026-11-05T02:00:00.000Z", { root, kept: 2 });
  t.is(folder, join(runs, day(5)));
  t.deepEqual(removed, [day(1), day(3)]);
  t.deepEqual((await readdir(runs)).sort(), [day(4), day(5), "kept by hand", `mutants-${day(2)}`].sort());
  t.regex(
    removedText(removed),
    /^Removed the 2 oldest runs \(2026-11-01.* to 2026-11-03.*\): the newest 20 are kept\.$/,
  );
  t.is(removedText([]), "");
  t.deepEqual((await runFolder("bench", "dev", "2026-11-05T02:00:00.000Z", { root })).removed, []);
  await rm(root, { recursive: true });
});
