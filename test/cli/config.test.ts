// Settings and secrets set without the Pulumi CLI, in the form that it reads.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { parse, stringify } from "yaml";
import { without, withSecret, withValue } from "../../cli/commands/config.ts";
import { settingPath } from "../../cli/environment/path.ts";
import { opened } from "../../cli/environment/sealed.ts";
import { UserError } from "../../core/errors.ts";
import { readProject } from "../../engine/project/project.ts";
import { readSettings, resolveConfig } from "../../engine/project/settings.ts";
import { Crypter } from "../../engine/state/secrets.ts";
import { settingsOf } from "../../stacks/settings/file.ts";
import { nasty } from "../components/nasty.ts";
import { small } from "../stacks/small.ts";

process.env.PULUMI_CONFIG_PASSPHRASE = "correct horse";
const file = "/nowhere/Pulumi.small.yaml";
const values = (more = {}) =>
  Object.fromEntries(Object.entries({ ...small(), ...more }).map(([name, value]) => [`trivet:${name}`, value]));
const text = (more = {}) => stringify({ config: values(more) });
const open = async (salt: string | undefined) =>
  salt ? Crypter.open("correct horse", salt) : Crypter.create("correct horse");
const gossipKey = Buffer.alloc(32, 7).toString("base64");

test("secrets of any letters are sealed as Pulumi seals them, and the program gets them letter for letter", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "trivet-config-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: trivet\nruntime: nodejs\n");
  const project = await readProject(folder);
  let salt: string | undefined;
  for (const password of nasty) {
    const { after } = await withSecret(file, text(), settingPath("monitorPassword"), password, () => open(salt));
    const { config, encryptionsalt } = parse(after);
    t.regex(config["trivet:monitorPassword"].secure, /^v1:[A-Za-z0-9+/]{16}:[A-Za-z0-9+/]+=*$/);
    t.deepEqual(Object.keys(config["trivet:monitorPassword"]), ["secure"]);
    salt ??= encryptionsalt;
    writeFileSync(join(folder, "Pulumi.small.yaml"), after);
    const settings = await readSettings(project, "small");
    const resolved = await resolveConfig(project, settings, await open(settings.salt));
    t.is(resolved.values["trivet:monitorPassword"], password);
    t.deepEqual(resolved.secretKeys, ["trivet:monitorPassword"]);
    t.is((await opened(settingsOf(file, after))).values.monitorPassword, password);
  }
});

test("the secrets of an environment, one after the other, in any order", async (t) => {
  const first = await withSecret(file, text(), settingPath("trivet:webPassword"), "one", open);
  const said = await withValue(file, first.after, settingPath("secrets"), "configured");
  t.deepEqual(said.left.map(({ where, mend }) => [where, mend]).sort(), [
    ["apiPassword", "trivet config set small apiPassword --secret"],
    ["databasePassword", "trivet config set small databasePassword --secret"],
    ["gossipKey", "openssl rand -base64 32 | trivet config set small gossipKey --secret"],
    ["monitorPassword", "trivet config set small monitorPassword --secret"],
  ]);
  let { after } = said;
  for (const name of ["apiPassword", "databasePassword", "monitorPassword"]) {
    ({ after } = await withSecret(file, after, settingPath(name), "two", open));
  }
  const whole = await withSecret(file, after, settingPath("gossipKey"), gossipKey, open);
  t.deepEqual(whole.left, []);
  t.is(parse(whole.after).encryptionsalt, parse(first.after).encryptionsalt);
  const removed = await without(file, whole.after, settingPath("webPassword"));
  t.deepEqual(
    removed.left.map(({ where }) => where),
    ["webPassword"],
  );
});

test("a secret that can't be one is refused before it is written, and not shown", async (t) => {
  for (const [name, secret] of [
    ["gossipKey", "kQ9kQ9kQ9"],
    ["gossipKey", `${gossipKey} `],
    ["apiPassword", "kQ9\\nkQ9"],
    ["webPassword", "kQ9\nkQ9"],
    ["databasePassword", ""],
  ] as const) {
    const { message } = (await t.throwsAsync(withSecret(file, text(), settingPath(name), secret, open), {
      instanceOf: UserError,
    }))!;
    t.regex(message, new RegExp(`^${name} can't be this secret: expected .* Nothing was written\\.$`));
    t.notRegex(message, /kQ9/);
  }
});

test("a plain setting is checked before it is written", async (t) => {
  const { after, left } = await withValue(file, text(), settingPath("database.gcacheSize"), "1G");
  t.deepEqual(left, []);
  t.is(parse(after).config["trivet:database"].gcacheSize, "1G");
  const refused = (path: string, value: string, message: RegExp) =>
    t.throwsAsync(withValue(file, text(), settingPath(path), value), { instanceOf: UserError, message });
  await refused("database.gcacheSize", "lots", /database\.gcacheSize can't be so: 1 problem.*Nothing was written/s);
  await refused("database.gcacheSise", "1G", /write "gcacheSize"/);
  await refused("hosts[1].domain", "fd22", /a name listed under domains/);
  await refused("hosts[0].address", "[", /is no YAML/);
  await t.throwsAsync(without(file, text(), settingPath("domains")), { message: /Nothing was written/ });
  await t.throwsAsync(without(file, text(), settingPath("web.port")), { message: /web\.port is not set in/ });
});

test("what was wrong before keeps nobody from mending it piece by piece", async (t) => {
  const wrong = text({ database: { gcacheSize: "lots" }, web: { port: "x" } });
  const { left } = await withValue(file, wrong, settingPath("database.gcacheSize"), "1G");
  t.deepEqual(
    left.map(({ where }) => where),
    ["web.port"],
  );
});

test("a setting within a structure may be sealed, and is checked as it will be", async (t) => {
  const notify = [{ name: "pager", url: "http://10.9.9.9/x" }];
  const path = settingPath("monitoring.notify[0].url");
  const { after, left } = await withSecret(file, text({ monitoring: { notify } }), path, "https://10.9.9.8/kQ9", open);
  t.deepEqual(left, []);
  t.notRegex(after, /kQ9/);
  const { message } = (await t.throwsAsync(
    withSecret(file, text({ monitoring: { notify } }), path, "kQ9 is no address", open),
  ))!;
  t.regex(message, /monitoring\.notify\[0\]\.url.*given: {4}a secret/s);
  t.notRegex(message, /kQ9/);
});

test("paths as problems name them, and no others", (t) => {
  t.deepEqual(settingPath("hosts[2].address"), ["hosts", 2, "address"]);
  t.deepEqual(settingPath("trivet:webPassword"), ["webPassword"]);
  t.throws(() => settingPath("hosts[x]"), { message: /is no path of a setting/ });
  t.throws(() => settingPath(""), { message: /is no path of a setting/ });
  t.throws(() => settingPath("webPasword"), { message: /Did you mean "webPassword"/ });
});
