import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { allFacts } from "../../components/services.ts";
import { bundled } from "../../images/bundle.ts";
import {
  checkImageNames,
  imageFolder,
  imageNames,
  imageProgram,
  imageTag,
  standsOn,
  toolImageNames,
} from "../../images/index.ts";

const top = join(import.meta.dirname, "../..");

test("each image has a tag, another one for each", (t) => {
  const tags = [...imageNames, ...checkImageNames].map(imageTag);
  t.is(new Set(tags).size, tags.length);
  for (const tag of tags) t.regex(tag, /^trivet\/[a-z]+:[0-9a-f]{12}$/);
});

test("one that there is not is refused by its name", (t) => {
  t.throws(() => imageTag("galeera" as never), {
    message: /^There is no image "galeera"; expected one of base, node, pod, chrony, consul, galera/,
  });
});

test("an image with a program stands on Node, each other one on what all have", (t) => {
  t.is(standsOn("base"), undefined);
  t.is(standsOn("node"), "base");
  for (const name of [...checkImageNames, ...toolImageNames]) t.is(standsOn(name), "base");
  for (const { image } of allFacts) t.is(standsOn(image.name), image.program ? "node" : "base");
  t.is(standsOn("supervisor"), "node");
});

test("the image of Node has the version of cli/node", (t) => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(top, "cli/node/package.json"), "utf8"));
  const [, version] = /^COPY node-(\S+) /m.exec(readFileSync(join(imageFolder("node"), "Dockerfile"), "utf8"))!;
  t.deepEqual([...new Set(Object.values(optionalDependencies))], [version]);
});

test("a program is the same bytes wherever the clone is, and others of one character more", (t) => {
  const program = Buffer.from(imageProgram("supervisor")!);
  t.false(program.includes(top));
  const cloned = (main: (text: string) => string) => {
    const clone = mkdtempSync(join(tmpdir(), "trivet-clone-"));
    t.teardown(() => rmSync(clone, { recursive: true }));
    const entry = "node/supervisor/main.ts";
    for (const room of ["node", "components/galera", "core", "package.json", "tsconfig.json"])
      cpSync(join(top, room), join(clone, room), { recursive: true });
    symlinkSync(join(top, "node_modules"), join(clone, "node_modules"));
    writeFileSync(join(clone, entry), main(readFileSync(join(clone, entry), "utf8")));
    return bundled(clone, entry);
  };
  t.true(program.equals(cloned((text) => text)));
  t.false(program.equals(cloned((text) => text.replace("watches", "watched"))));
});
