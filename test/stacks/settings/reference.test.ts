import { readFileSync } from "node:fs";
import { basename } from "node:path";
import test from "ava";
import { madeFiles } from "../../../stacks/settings/reference/files.ts";

for (const [file, text] of Object.entries(madeFiles())) {
  test(`${basename(file)} is what the schema says`, (t) => {
    t.is(readFileSync(file, "utf8"), text, "It is stale: npm run docs:settings makes it anew.");
  });
}
