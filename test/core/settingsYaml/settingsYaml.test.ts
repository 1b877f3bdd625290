import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { UserError } from "../../../core/errors.ts";
import { parseSettings } from "../../../core/settingsYaml.ts";
import type { Project } from "../../../engine/project/project.ts";
import { resolveConfig } from "../../../engine/project/settings.ts";
import type { Crypter } from "../../../engine/state/secrets.ts";

/** Answers of Pulumi's own reader, see main.go. */
const answers: { text: string; values?: Record<string, string>; error?: string }[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "pulumi.json"), "utf8"),
);

/** What a program gets with the embedded engine. */
async function embedded(text: string): Promise<Record<string, string>> {
  const config = (parseSettings("Pulumi.x.yaml", text).config ?? {}) as Record<string, unknown>;
  const project = { name: "trivet", config: {} } as Project;
  const crypter = { decrypt: async (secret: string) => secret } as unknown as Crypter;
  return (await resolveConfig(project, { config }, crypter)).values;
}

test("a settings file means the same with both engines, or is refused before either reads it", async (t) => {
  let same = 0;
  for (const { text, values, error } of answers) {
    const ours = await embedded(text).catch((refusal) => {
      t.true(refusal instanceof UserError, `${text}: ${refusal.stack}`);
      return undefined;
    });
    if (!ours) continue;
    t.is(error, undefined, text);
    t.deepEqual(ours, values, text);
    same++;
  }
  t.true(same > 90);
});

const tells = test.macro<[string, string, string, string]>((t, text, where, given, mend) => {
  const error = t.throws(() => parseSettings("Pulumi.x.yaml", text), { instanceOf: UserError });
  t.is(error.message.split("\n")[0], "Pulumi.x.yaml: 1 problem");
  t.regex(error.message, new RegExp(`\\n {2}${where}\\n {4}given: +${given}\\n`));
  t.regex(error.message, new RegExp(`\\n {4}mend: +${mend}$`));
});
test("a date", tells, "config:\n  trivet:x: { a: 2026-11-30 }\n", "line 2", "a date", "write it in quotes");
test(
  "a number whose figures are lost",
  tells,
  "config:\n\n  trivet:x: 12345678901234567890\n",
  "line 3",
  "a larger number",
  "correct it, or write it in quotes where a text is meant",
);
test(
  "no number",
  tells,
  "config:\n  trivet:x: .inf\n",
  "line 2",
  "no finite number",
  "correct it, or write it in quotes where a text is meant",
);
test(
  "a tag",
  tells,
  "config:\n  trivet:x: !!binary aGk=\n",
  "line 2",
  "a tag",
  "remove it, or write the value in quotes",
);
test(
  "<< in quotes",
  tells,
  "config:\n  trivet:x: { '<<': 1 }\n",
  "line 2",
  'the name "<<" in quotes',
  "remove the quotes",
);
test("another version", tells, "%YAML 1.1\n---\nconfig: {}\n", "line 1", "a line %YAML", "remove it");
test(
  "an alias of what holds it",
  tells,
  "config:\n  trivet:x: &a [*a]\n",
  "line 2",
  "an alias",
  "correct it, or write it in quotes",
);

test("every problem at once", (t) => {
  const error = t.throws(() => parseSettings("f", "config:\n  trivet:x: [2026-11-30, .nan, !t x]\n"));
  t.regex(error.message, /^f: 3 problems\n/);
});

test("far more than a hundred aliases of one anchor", (t) => {
  const hosts = Array.from({ length: 1000 }, (_, n) => `    - { <<: *host, name: h${n} }\n`).join("");
  const { config } = parseSettings("f", `x: &host { domain: fd1 }\nconfig:\n  trivet:hosts:\n${hosts}`) as {
    config: { "trivet:hosts": unknown[] };
  };
  t.deepEqual(config["trivet:hosts"].at(-1), { domain: "fd1", name: "h999" });
});

test("aliases that would fill the memory are refused at once", (t) => {
  const levels = [..."bcdefghi"].map(
    (name, index) => `  ${name}: &${name} [${`*${"abcdefgh"[index]}, `.repeat(20)}]\n`,
  );
  const error = t.throws(() => parseSettings("f", `a: &a x\nconfig:\n${levels.join("")}`), { instanceOf: UserError });
  t.regex(error.message, /write out what the aliases stand for/);
});
