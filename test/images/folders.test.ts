import { globSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import test from "ava";
import { checkImageNames, imageFolder, imageNames, toolImageNames } from "../../images/index.ts";

const top = join(import.meta.dirname, "../..");

test("each folder with a Dockerfile is an image's, and each image has one", (t) => {
  const folders = [...imageNames, ...checkImageNames, ...toolImageNames].map((name) =>
    relative(top, imageFolder(name)),
  );
  const found = globSync("{images,components,lab}/**/Dockerfile", { cwd: top }).map(dirname);
  t.deepEqual(found.sort(), folders.sort());
});
