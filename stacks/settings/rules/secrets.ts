import { gossipKey } from "../../../components/consul/settings.ts";
import { iniPasswordProblem } from "../../../components/icinga/webconfig.ts";
import { passwordProblem } from "../../../core/password.ts";
import type { Problem } from "../../../core/problem.ts";
import { type SecretName, secretNames } from "../secrets.ts";

/**
 * With `secrets: configured` each one must be set; with `generated` none may be, or it would be ignored in silence.
 * `encrypted`: the names of those that are set as secrets. `environment`: whose they are, for the commands that mend it.
 */
export function secretProblems(
  secrets: "generated" | "configured",
  values: Readonly<Record<string, unknown>>,
  encrypted: ReadonlySet<string>,
  environment: string,
): Problem[] {
  const set = (name: string) => `trivet config set ${environment} ${name} --secret`;
  const given = Object.keys(values);
  const needed = secrets === "configured" ? Object.entries(secretNames).filter(([name]) => !given.includes(name)) : [];
  const missing = needed.map(([name, what]) => ({
    where: name,
    given: "nothing",
    expected: `a secret, since the settings say "secrets: configured": ${what}`,
    mend: name === "gossipKey" ? `openssl rand -base64 32 | ${set(name)}` : set(name),
  }));
  const unused = (secrets === "generated" ? given : []).map((name) => ({
    where: name,
    given: "a secret of your own",
    expected: "none, since passwords and keys are made in the stack",
    mend: `say "secrets: configured", or remove it: trivet config rm ${environment} ${name}`,
  }));
  const clear = given
    .filter((name) => !encrypted.has(name))
    .map((name) => ({
      where: name,
      given: "a secret in clear text",
      expected: "an encrypted one",
      mend: set(name),
    }));
  const wrong = given.flatMap((name) => {
    const expected = encrypted.has(name) && secretProblem(name as SecretName, values[name]);
    if (!expected) return [];
    const mend = name === "gossipKey" ? `openssl rand -base64 32 | ${set(name)}` : set(name);
    return [{ where: name, given: "a secret of another form", expected, mend }];
  });
  return [...missing, ...unused, ...clear, ...wrong];
}

/** What is expected in place of a secret; undefined when it is right, or not known: in the file it is encrypted. */
export function secretProblem(name: SecretName, value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  if (name === "gossipKey") return gossipKey.safeParse(value).success ? undefined : secretNames.gossipKey;
  return name === "apiPassword" ? iniPasswordProblem(value) : passwordProblem(value);
}
