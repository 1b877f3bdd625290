// Whole runs of programs in their own process, as a user has them.
import test from "ava";
import { destroy, outputs, preview, up } from "../../engine/index.ts";
import { Crypter } from "../../engine/state/secrets.ts";
import { Workspace } from "./fixtures/workspace.ts";

const diagnostics = (stack: Workspace): string =>
  stack.events.map((event) => (event.kind === "diagnostic" ? `${event.severity}: ${event.message}` : "")).join("\n");

test("secrets: encrypted in the state, masked in outputs, told when asked; only their place in an object", async (t) => {
  const stack = new Workspace(t);
  stack.program(`
    const thing = new Thing("a", { name: "a", value: pulumi.secret("tell no one") }, { additionalSecretOutputs: ["token"] });
    export const login = { user: "admin", password: pulumi.secret("tell no one") };
    export const token = thing.token;
  `);
  const result = await up(stack.options());
  t.deepEqual(result.outputs, { login: { user: "admin", password: "[secret]" }, token: "[secret]" });
  t.false(stack.checkpointText.includes("tell no one"));
  t.false(JSON.stringify(stack.events).includes("tell no one"));
  const ciphertexts = stack.checkpointText.match(/"ciphertext":"[^"]*"/g)!;
  t.is(new Set(ciphertexts).size, ciphertexts.length, "equal secrets don't share a ciphertext");

  t.deepEqual(await outputs(stack.options()), result.outputs);
  t.deepEqual(await outputs(stack.options({ showSecrets: true })), {
    login: { user: "admin", password: "tell no one" },
    token: "token of a",
  });
  const written = stack.checkpointText;
  t.deepEqual((await up(stack.options())).changes, { same: 3 });
  t.is(stack.checkpointText, written);
  await t.throwsAsync(up(stack.options({ passphrase: "wrong" })), { message: /passphrase does not fit this stack/ });
});

test("configuration: structured values, secure ones, the project's defaults, the stack's settings folder", async (t) => {
  const stack = new Workspace(t);
  const crypter = await Crypter.create("x");
  stack.write(
    "Pulumi.yaml",
    "name: tests\nruntime: {name: nodejs, options: {typescript: false}}\nmain: index.ts\nconfig: {size: {value: 3}, colour: {default: red}}\n",
  );
  stack.write(
    "Pulumi.test.yaml",
    `encryptionsalt: ${crypter.salt}\nconfig:\n  tests:version: 1.0\n  tests:colour: blue\n  tests:site: {hosts: [{name: a}], key: {secure: "${await crypter.encrypt("hidden", "")}"}}\n`,
  );
  stack.program(`
    const config = new pulumi.Config();
    export const size = config.requireNumber("size");
    export const colour = config.require("colour");
    export const version = config.require("version");
    export const host = config.requireObject<any>("site").hosts[0].name;
    export const site = config.requireSecretObject<any>("site");
  `);
  const result = await up(stack.options({ showSecrets: true }));
  t.deepEqual(result.outputs, {
    size: 3,
    colour: "blue",
    version: "1",
    host: "a",
    site: { hosts: [{ name: "a" }], key: "hidden" },
  });
  t.is(stack.checkpoint.secrets_providers.state.salt, crypter.salt, "the settings' salt is used");
  t.deepEqual((await outputs(stack.options())).site, "[secret]");
});

test("configuration of one run goes over the settings, and is in no file", async (t) => {
  const stack = new Workspace(t);
  stack.write("Pulumi.test.yaml", "config: {tests:colour: blue}\n");
  stack.program(`
    export const colour = new pulumi.Config().require("colour");
    export const without = new pulumi.Config("run").get("without") ?? "none";
  `);
  const config = { "tests:colour": "red", "run:without": "db2" };
  t.deepEqual((await up(stack.options({ config }))).outputs, { colour: "red", without: "db2" });
  t.deepEqual((await up(stack.options())).outputs, { colour: "blue", without: "none" });
});

test("the packages of a function's code are found by npm's own solver, which is loaded only then", async (t) => {
  const stack = new Workspace(t);
  stack.write("package.json", '{"type": "module", "name": "tests", "dependencies": {"wrappy": "*"}}');
  stack.program(`
    import { createRequire } from "node:module";
    const require = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
    const pacote = require.resolve("pacote");
    export const before = pacote in require.cache;
    const paths = await pulumi.runtime.computeCodePaths();
    export const packages = [...paths.keys()].filter((path) => /wrappy$/.test(path)).length;
    export const after = pacote in require.cache;
  `);
  const { outputs, errors } = await up(stack.options());
  t.deepEqual(errors, []);
  t.deepEqual(outputs, { before: false, packages: 1, after: true });
});

test("a dynamic resource keeps its value; what the program logs and prints is told", async (t) => {
  const stack = new Workspace(t);
  stack.program(`
    const provider: pulumi.dynamic.ResourceProvider = {
      async create(inputs) {
        const { randomUUID } = await import("node:crypto");
        return { id: "1", outs: { ...inputs, value: randomUUID() } };
      },
    };
    class Random extends pulumi.dynamic.Resource {
      declare value: pulumi.Output<string>;
      constructor(name: string) { super(provider, name, { value: undefined }); }
    }
    pulumi.log.warn("mind the gap");
    console.log("printed");
    export const value = new Random("r").value;
  `);
  const first = await up(stack.options());
  t.regex(String(first.outputs.value), /^[0-9a-f-]{36}$/);
  t.regex(diagnostics(stack), /warning: mind the gap/);
  t.regex(diagnostics(stack), /info: printed/);
  const second = await up(stack.options());
  t.deepEqual([second.changes, second.outputs], [{ same: 3 }, first.outputs]);
});

test("preview changes nothing and knows what it can", async (t) => {
  const stack = new Workspace(t);
  stack.program('const a = new Thing("a", { name: "a" }); export const token = a.token; export const plain = 1;');
  const result = await preview(stack.options());
  t.deepEqual(result.changes, { create: 3 });
  t.deepEqual(result.outputs, { token: "[unknown]", plain: 1 });
  t.deepEqual(stack.calls(), []);
  t.throws(() => stack.checkpointText, { code: "ENOENT" });
});

test("an explicit provider serves its resources, and goes after them", async (t) => {
  const stack = new Workspace(t);
  stack.program(`
    class Fake extends pulumi.ProviderResource {
      constructor(name: string) { super("fake", name, { region: "north" }, { version: "1.2.3" }); }
    }
    new Thing("a", { name: "a" }, { provider: new Fake("mine") });
  `);
  t.true((await up(stack.options())).ok);
  const thing = stack.checkpoint.resources.find(({ type }: { type: string }) => type === "fake:index:Thing");
  t.regex(thing.provider, /pulumi:providers:fake::mine::[0-9a-f-]{36}$/);
  const provider = stack.checkpoint.resources.find(({ type }: { type: string }) => type === "pulumi:providers:fake");
  t.deepEqual(provider.inputs, { __internal: {}, region: "north", version: "1.2.3" });
  t.deepEqual(provider.outputs, { region: "north", version: "1.2.3" });
  t.deepEqual((await up(stack.options())).changes, { same: 3 });
  t.deepEqual((await destroy(stack.options())).changes, { delete: 3 });
  t.is(stack.checkpoint.resources, undefined);
});

test("with targets the rest stays with its provider as recorded, and what the program has no longer is there", async (t) => {
  const stack = new Workspace(t);
  const text = (region: string, value: string, more = "") => `
    class Fake extends pulumi.ProviderResource {
      constructor(name: string) { super("fake", name, { region: "${region}" }, { version: "1.2.3" }); }
    }
    const provider = new Fake("mine");
    const a = new Thing("a", { name: "a", value: "${value}" }, { provider });
    new Thing("b", { name: "b", value: "${value}" }, { provider, dependsOn: a });
    ${more}`;
  const inputsOf = (name: string) =>
    stack.checkpoint.resources.find(({ urn }: { urn: string }) => urn.endsWith(`::${name}`)).inputs;
  stack.program(text("north", "1", 'new Thing("gone", { name: "gone" }, { provider });'));
  t.true((await up(stack.options())).ok);
  const targets = stack.checkpoint.resources.flatMap(({ urn }: { urn: string }) => (urn.endsWith("::b") ? [urn] : []));
  stack.program(text("south", "2"));
  const { ok, errors, changes } = await up(stack.options({ targets }));
  t.true(ok, errors.join());
  t.deepEqual(changes, { same: 3, update: 1 });
  t.deepEqual([inputsOf("a").value, inputsOf("b").value, inputsOf("mine").region], ["1", "2", "north"]);
  t.deepEqual(stack.recorded.sort(), ["a", "b", "gone"]);
});

test("a user's error is told without a stack trace; a failed program deletes nothing", async (t) => {
  const stack = new Workspace(t);
  stack.program('new Thing("a", { name: "a" });');
  await up(stack.options());
  stack.program(
    'class UserError extends Error { override name = "UserError"; }\nthrow new UserError("hosts: give at least one");',
  );
  const result = await up(stack.options());
  t.deepEqual(result.errors, ["hosts: give at least one"]);
  stack.program("process.exit(0);");
  t.regex((await up(stack.options())).errors.join(), /^The program ended with exit code \d before it was through\.$/);
  t.true(stack.exists("a"));
  t.deepEqual(stack.recorded, ["a"]);
});

const refused: [feature: string, program: string, message: RegExp][] = [
  [
    "transforms",
    'new Thing("a", {}, { transforms: [() => undefined] });',
    /"transforms" is not supported by the embedded engine/,
  ],
  [
    "hooks",
    'const hook = new pulumi.ResourceHook("h", () => {}); new Thing("a", {}, { hooks: { beforeCreate: [hook] } });',
    /A resource hook is not supported/,
  ],
  [
    "stack transforms",
    "pulumi.runtime.registerResourceTransform(() => undefined);",
    /registerResourceTransform is not supported/,
  ],
  [
    "remote components",
    'new pulumi.ComponentResource("fake:index:Remote", "a", {}, {}, true);',
    /The remote component fake:index:Remote \(Construct\) is not supported/,
  ],
  ["stack references", 'new pulumi.StackReference("organization/tests/other");', /StackReference is not supported/],
  [
    "plugin addresses",
    'new Thing("a", {}, { pluginDownloadURL: "https://example.org" });',
    /"pluginDownloadURL" is not supported/,
  ],
];
for (const [feature, program, message] of refused) {
  test(`refused by name: ${feature}`, async (t) => {
    const stack = new Workspace(t);
    stack.program(program);
    const result = await up(stack.options());
    t.is(result.errors.length, 1, result.errors.join("\n"));
    t.regex(result.errors[0]!, message);
  });
}

const settings: [what: string, project: string, message: RegExp][] = [
  ["another runtime", "name: tests\nruntime: python\n", /The runtime "python" .* is not supported/],
  ["packages", "name: tests\nruntime: nodejs\npackages: {x: y}\n", /"packages" .* is not supported/],
];
for (const [what, project, message] of settings) {
  test(`refused by name: ${what}`, async (t) => {
    const stack = new Workspace(t);
    stack.write("Pulumi.yaml", project);
    await t.throwsAsync(up(stack.options()), { message });
  });
}

test("refused by name: another secrets provider, another backend", async (t) => {
  const stack = new Workspace(t);
  stack.write("Pulumi.test.yaml", "secretsprovider: awskms://key\n");
  await t.throwsAsync(up(stack.options()), { message: /The secrets provider "awskms:\/\/key" .* is not supported/ });
  await t.throwsAsync(up(stack.options({ backend: "s3://bucket" })), { message: /"s3:\/\/bucket".*only in files/ });
});
