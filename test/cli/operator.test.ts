import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import test, { type ExecutionContext } from "ava";
import dotenv from "dotenv";
import { checkOperator, operatorNames, readOperator } from "../../cli/operator.ts";

const top = join(import.meta.dirname, "../..");

function folderOf(t: ExecutionContext, text?: string): string {
  const folder = mkdtempSync(join(tmpdir(), "trivet-operator-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  if (text !== undefined) writeFileSync(join(folder, ".env"), text);
  return folder;
}

test("the environment goes before .env; paths of the file are seen from its folder", (t) => {
  const folder = folderOf(
    t,
    "TRIVET_ENGINE=pulumi\nTRIVET_SSH_CONFIG=bed/ssh_config\nPULUMI_CONFIG_PASSPHRASE_FILE=~/p\nAWS_PROFILE=team\n",
  );
  const variables: Record<string, string> = { TRIVET_ENGINE: "embedded" };
  readOperator(folder, variables);
  t.deepEqual(variables, {
    TRIVET_ENGINE: "embedded",
    TRIVET_SSH_CONFIG: join(folder, "bed/ssh_config"),
    PULUMI_CONFIG_PASSPHRASE_FILE: join(homedir(), "p"),
    AWS_PROFILE: "team",
  });
});

test("those of the environment from the working directory; no file is none", (t) => {
  const variables = { TRIVET_SSH_CONFIG: "ssh_config", PULUMI_CONFIG_PASSPHRASE_FILE: "" };
  readOperator(folderOf(t), variables);
  t.deepEqual(variables, { TRIVET_SSH_CONFIG: resolve("ssh_config"), PULUMI_CONFIG_PASSPHRASE_FILE: "" });
});

test("a .env that is no file is told", (t) => {
  const folder = folderOf(t);
  mkdirSync(join(folder, ".env"));
  t.throws(() => readOperator(folder, {}), { message: /\.env can't be read \(EISDIR\)/ });
});

test("a file that the command itself makes need not be there", (t) => {
  const variables = { TRIVET_SSH_CONFIG: "/nowhere/ssh_config" };
  t.throws(() => checkOperator("/srv/clone", variables), { message: /TRIVET_SSH_CONFIG names .* not there/ });
  t.notThrows(() => checkOperator("/srv/clone", variables, ["TRIVET_SSH_CONFIG"]));
});

const refuses = test.macro((t, variables: Record<string, string>, message: RegExp) => {
  t.throws(() => checkOperator("/srv/clone", variables), { name: "UserError", message });
});

test(
  "a misspelt name of ours",
  refuses,
  { TRIVET_SSH_CONF: "x" },
  /no variable TRIVET_SSH_CONF: expected TRIVET_SSH_CONFIG/,
);
test(
  "a misspelt name that the CLI shares",
  refuses,
  { PULUMI_CONFIG_PASPHRASE_FILE: "x" },
  /expected PULUMI_CONFIG_PASSPHRASE_FILE/,
);
test(
  "a file that is not there",
  refuses,
  { TRIVET_SSH_CONFIG: "/no/such" },
  /TRIVET_SSH_CONFIG names \/no\/such, which is not there/,
);
test(
  "a passphrase file that is not there",
  refuses,
  { PULUMI_CONFIG_PASSPHRASE_FILE: "/no/such" },
  /PASSPHRASE_FILE names/,
);
test(
  "a state's folder that is not mounted",
  refuses,
  { PULUMI_BACKEND_URL: "file:///no/such" },
  /mount it, or make it/,
);
test("a path in place of an address", refuses, { PULUMI_BACKEND_URL: "/mnt/x" }, /write "file:\/\/\/mnt\/x"/);

test("what is right passes, the CLI's own names and those of others, too", (t) => {
  const folder = folderOf(t, "");
  chmodSync(folder, 0o700);
  for (const backend of [
    "",
    `file://${folder}`,
    "file://./.trivet/state",
    `file://${folder}/later`,
    "s3://bucket",
    "https://api.pulumi.com",
  ]) {
    t.notThrows(() =>
      checkOperator(folder, {
        PULUMI_BACKEND_URL: backend,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_HOME: "/x",
        PULUMI_ACCESS_TOKEN: "x",
        PULUMI_CONFIG: "{}",
        TRIVET_CHAOS: "all",
        TRIVET_SSH_CONFIG: join(folder, ".env"),
      }),
    );
  }
});

test(".env.example has each name once, and no other", (t) => {
  const text = readFileSync(join(top, ".env.example"), "utf8");
  const names = Object.keys(dotenv.parse(text.replaceAll(/^#(?=[A-Z_]+=)/gm, "")));
  t.deepEqual(names.toSorted(), [...operatorNames].toSorted());
  for (const name of names) t.is(text.split(`#${name}=`).length, 2, name);
});
