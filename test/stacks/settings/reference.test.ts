import { readFileSync } from "node:fs";
import { basename } from "node:path";
import test from "ava";
import { z } from "zod";
import { parseSettings } from "../../../core/settingsYaml.ts";
import { settingsFile } from "../../../stacks/settings/file.ts";
import { madeFiles } from "../../../stacks/settings/reference/files.ts";
import { settingsJsonSchema } from "../../../stacks/settings/reference/jsonSchema.ts";
import type { Values } from "../small.ts";
import { fullLab, fullReal } from "./full.ts";

for (const [file, text] of Object.entries(madeFiles())) {
  test(`${basename(file)} is what the schema says`, (t) => {
    t.is(readFileSync(file, "utf8"), text, "It is stale: npm run docs:settings makes it anew.");
  });
}

const jsonSchema = z.fromJSONSchema(JSON.parse(settingsJsonSchema()));
const named = (values: Values) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`trivet:${name}`, value]));
const accepts = (config: unknown) => jsonSchema.safeParse({ config }).success;

for (const environment of ["dev", "test", "staging", "production"]) {
  test(`the settings of ${environment} name the JSON Schema, which accepts them`, (t) => {
    const text = readFileSync(settingsFile(environment), "utf8");
    t.is(text.split("\n")[0], "# yaml-language-server: $schema=settings.schema.json");
    const { error } = jsonSchema.safeParse(parseSettings(environment, text));
    t.is(error, undefined);
  });
}

test("the JSON Schema accepts what is right, and refuses what one setting alone shows to be wrong", (t) => {
  t.true(accepts(named(fullLab())));
  t.true(accepts({ ...named(fullReal()), "docker:host": "unix:///x", "trivet:webPassword": { secure: "v1:x" } }));
  const wrong: Values[] = [
    { databse: {} },
    { database: { cluster: "$(id)" } },
    { web: { port: 0 } },
    { web: { prot: 80 } },
    { monitoring: { checkInterval: "30" } },
    { dns: { upstream: ["ns1"] } },
    { webPassword: "hunter2" },
    { hosts: [] },
  ];
  for (const values of wrong) t.false(accepts(named({ ...fullLab(), ...values })), JSON.stringify(values));
});
