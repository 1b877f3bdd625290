import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import test from "ava";
import { ports as consul } from "../../components/consul/facts.ts";
import { ports as database } from "../../components/galera/facts.ts";
import { apiPort } from "../../components/icinga/facts.ts";
import { allFacts, purposes, roles, serviceNames } from "../../components/services.ts";

const top = join(import.meta.dirname, "../..");
const rooms = [
  ...[
    "core",
    "hosts",
    "components",
    "images",
    "node",
    "lab",
    "stacks",
    "health",
    "checks",
    "operations",
    "engine",
    "provider",
    "cli",
    "package",
  ],
] as const;

/** Rooms, or a folder or file of one, that each room may import besides itself: a component writes the settings that its program reads. A service's `facts.ts` and `steady.ts` are open to all, and import only `core` and each other. */
const allowed: Record<(typeof rooms)[number], readonly string[]> = {
  core: [],
  hosts: ["core"],
  components: ["core", "hosts", "node/keeper/settings.ts", "node/supervisor/settings.ts"],
  images: [],
  node: ["core"],
  lab: ["core", "hosts", "components"],
  stacks: ["core", "hosts", "components", "images", "lab", "checks/experiments"],
  health: ["core", "hosts"],
  checks: ["core", "hosts", "health"],
  operations: ["core", "hosts", "node", "health"],
  engine: ["core", "hosts"],
  provider: ["core", "hosts", "components", "engine"],
  cli: rooms,
  package: ["images"],
};

/** Pure: the facts and the judgement of each service, and what they are gathered in. */
const isFacts = (file: string): boolean =>
  /^(components|lab)\/(\w+\/)?(facts|steady)\.ts$|^components\/(services|judgement)\.ts$/.test(file);

const files = rooms.flatMap((room) =>
  readdirSync(join(top, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => relative(top, join(entry.parentPath, entry.name))),
);
const text = (file: string): string => readFileSync(join(top, file), "utf8");
/** Names of all that a file imports or exports from elsewhere: types, and dynamic imports, as well. */
const specifiers = (file: string): string[] =>
  [...text(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map(([, specifier]) => specifier!);
const imports = new Map(
  files.map((file) => [
    file,
    specifiers(file)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => relative(top, join(top, dirname(file), specifier))),
  ]),
);
const roomOf = (file: string): string => file.split("/")[0]!;

test("each room imports what it may", (t) => {
  t.true(files.length > 400);
  const strangers = [...imports].flatMap(([file, imported]) =>
    imported
      .filter((other) => roomOf(other) !== roomOf(file) && !isFacts(other))
      .filter(
        (other) =>
          !allowed[roomOf(file) as (typeof rooms)[number]].some(
            (room) => other === room || other.startsWith(`${room}/`),
          ),
      )
      .map((other) => `${file} imports ${other}`),
  );
  t.deepEqual(strangers, []);
});

/** It is a process beside the program: Pulumi's SDK would cost each run its start once more. */
test("the provider runs nothing of a component that needs Pulumi, and of the engine only what serves", (t) => {
  const needed = new Set<string>();
  const visit = (file: string): void => {
    if (needed.has(file)) return;
    needed.add(file);
    const run = text(file).replaceAll(/^(import|export) type\b[^;]*;/gm, "");
    for (const other of imports.get(file) ?? []) if (run.includes(`/${basename(other)}"`)) visit(other);
  };
  for (const file of files) if (roomOf(file) === "provider") visit(file);
  t.true(needed.has("components/galera/majority.ts"));
  const wrong = [...needed].filter((file) =>
    roomOf(file) === "engine" ? !/^engine\/(plugin|wire)\//.test(file) : /from "@pulumi\/pulumi"/.test(text(file)),
  );
  t.deepEqual(wrong, []);
});

test("facts and judgements are pure: they import the core and each other", (t) => {
  const wrong = [...imports].flatMap(([file, imported]) => {
    if (!isFacts(file)) return [];
    return imported
      .filter((other) => roomOf(other) !== "core" && !isFacts(other))
      .map((other) => `${file} imports ${other}`);
  });
  t.deepEqual(wrong, []);
});

test("no file imports itself, by whatever way", (t) => {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) cycles.push([...path.slice(at), file].join(" → "));
    if (at >= 0 || done.has(file)) return;
    for (const other of imports.get(file) ?? []) visit(other, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  t.deepEqual(cycles, []);
});

test("one file makes clients of Docker, and nobody speaks SSH by a library", (t) => {
  const makes = files.filter((file) =>
    /^import (?!type\b).*from "dockerode"|(import|require)\("dockerode"\)|"(ssh2|docker-modem)"/m.test(text(file)),
  );
  t.deepEqual(makes, ["hosts/endpoint.ts"]);
});

test("each service has a name and a title of its own, and what a role is for is told once", (t) => {
  t.is(new Set(serviceNames).size, serviceNames.length);
  t.is(new Set(allFacts.map(({ title }) => title)).size, serviceNames.length);
  t.deepEqual(purposes.map(({ role }) => role).toSorted(), roles.toSorted());
});

test("of all others the core knows the types alone that the services' facts make", (t) => {
  const others = [...imports].flatMap(([file, imported]) =>
    roomOf(file) === "core" ? imported.filter((other) => roomOf(other) !== "core").map((other) => [file, other]) : [],
  );
  t.deepEqual(others, [
    ["core/health.ts", "components/services.ts"],
    ["core/inventory.ts", "components/services.ts"],
  ]);
  for (const [file] of others) t.notRegex(text(file!), /^import (?!type\b).*services\.ts"/m);
});

/** Without comments, which may name what they like. */
const code = (file: string): string => text(file).replaceAll(/\/\*[\s\S]*?\*\/|(?<![:/])\/\/.*$/gm, "");

/** An image, a mount or a resource may have the same name, so of a name of one word only its use as a service is looked for. */
test("a service's name has one owner", (t) => {
  const used = (name: string) =>
    new RegExp(name.includes("-") ? `["'\`]${name}["'\`]` : `\\b(service|needs)(:| [!=]==) \\[?["'\`]${name}["'\`]`);
  const elsewhere = files
    .filter((file) => !isFacts(file))
    .flatMap((file) => serviceNames.filter((name) => used(name).test(code(file))).map((name) => `${file}: ${name}`));
  t.deepEqual(elsewhere, []);
});

/** An image's script may repeat the number; TypeScript takes it from the facts. */
test("a port has one owner", (t) => {
  const owned = [database.client, database.replication, database.stateTransfer, database.incrementalTransfer, apiPort];
  const own = [...owned, database.checks, consul.rpc, consul.gossip, consul.wideGossip, consul.http];
  const elsewhere = files
    .filter((file) => !isFacts(file) && file !== "provider/consul/keyring.ts")
    .flatMap((file) => {
      const found = own.filter((port) => new RegExp(`\\b${port}\\b`).test(code(file)));
      return found.length > 0 ? [`${file}: ${found.join()}`] : [];
    });
  t.deepEqual(elsewhere, []);
});

/** A file's imports that are there when it runs: types are not. */
const loads = (file: string): string[] =>
  [...text(file).matchAll(/^(?:import|export)\s+(?!type\b)([^;]*?)from\s+"([^"]+)"/gm)]
    .filter(([, names]) => !/^\{(\s*type [^,}]+,?)+\s*\}\s*$/.test(names!))
    .map(([, , specifier]) => specifier!);

test("who only looks at an environment does not load Pulumi's SDK, which takes longer than the look", (t) => {
  const seen = new Set(["cli/commands/status.ts", "cli/commands/rolling.ts", "cli/commands/recover.ts"]);
  const loaded: string[] = [];
  for (const file of seen) {
    for (const specifier of loads(file)) {
      if (/^@pulumi\/(pulumi|docker)$/.test(specifier)) loaded.push(`${file} loads ${specifier}`);
      if (specifier.startsWith(".")) seen.add(relative(top, join(top, dirname(file), specifier)));
    }
  }
  t.true(seen.size > 50);
  t.deepEqual(loaded, []);
});
