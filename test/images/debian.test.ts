import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { SUITE } from "../../cli/setup/baseImage.ts";

const top = join(import.meta.dirname, "../..");

/** A Dockerfile is read without the command as well: it repeats the name, and a change of it is a new tag of the image. */
test("each Dockerfile that names a release of Debian names the one that all images stand on", (t) => {
  const naming = globSync("{images,components,lab}/**/Dockerfile", { cwd: top }).flatMap((file) => {
    const named = readFileSync(join(top, file), "utf8").match(/\b(bullseye|bookworm|trixie|forky)\b/g);
    return named ? [[file, [...new Set(named)]] as const] : [];
  });
  t.true(naming.length > 0);
  // One of an older release besides: a package that this one has no more.
  for (const [file, named] of naming) t.true(named.includes(SUITE), file);
});
