/**
 * Makes of what `tsc -p package` wrote to `dist/` what `npm pack` takes: without what only the types of the source needed, with the
 * build contexts of the images, and with declarations that name other files as any version of TypeScript finds them.
 */
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { PROGRAM } from "../images/bundle.ts";
import { imageFolder, imageNames, imageProgram } from "../images/index.ts";

const top = join(import.meta.dirname, "..");
const dist = join(top, "dist");

/** Where a statement names another file of ours; also in a type, and where it is loaded only when it is needed. */
const RELATIVE = /(?<=\b(?:from|import)\s*\(?\s*")(\.[^"]+)(?=")/g;

const { exports } = JSON.parse(readFileSync(join(top, "package.json"), "utf8"));
const exported = Object.values<string | Record<string, string>>(exports)
  .flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)))
  .filter((path) => path.startsWith("./dist/"));
const entries = [...exported, "./dist/provider/main.js"].map((path) => join(top, path));

const needed = new Set<string>();
const visit = (path: string): void => {
  if (needed.has(path)) return;
  needed.add(path);
  const text = readFileSync(path, "utf8");
  // TypeScript leaves `.ts` in declarations.
  const imports = path.endsWith(".d.ts") ? text.replaceAll(RELATIVE, (name) => name.replace(/\.ts$/, ".js")) : text;
  if (imports !== text) writeFileSync(path, imports);
  for (const [name] of imports.matchAll(RELATIVE)) {
    const file = join(dirname(path), name);
    visit(path.endsWith(".d.ts") ? file.replace(/\.js$/, ".d.ts") : file);
  }
};
for (const entry of entries) visit(entry);

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && !needed.has(path)) rmSync(path);
}

cpSync(join(top, "lab/widen"), join(dist, "lab/widen"));
// Beside the code that finds them there, under the names that they have here: the hash of an image is taken over its files.
for (const name of imageNames) {
  const folder = join(dist, relative(top, imageFolder(name)));
  cpSync(imageFolder(name), folder, {
    recursive: true,
    filter: (path) => !(statSync(path).isDirectory() && path.endsWith("__pycache__")),
  });
  // What a clone makes of its sources: they are not in the package, nor what they import.
  const program = imageProgram(name);
  if (program) writeFileSync(join(folder, PROGRAM), program);
}
