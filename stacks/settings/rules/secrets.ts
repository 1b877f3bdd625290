import type { Problem } from "../../../core/problem.ts";
import { secretNames } from "../secrets.ts";

/**
 * With `secrets: configured` each one must be set; with `generated` none may be, or it would be ignored in silence.
 * `encrypted`: the names of those that are set as secrets.
 */
export function secretProblems(
  secrets: "generated" | "configured",
  values: Readonly<Record<string, unknown>>,
  encrypted: ReadonlySet<string>,
): Problem[] {
  const given = Object.keys(values);
  const needed = secrets === "configured" ? Object.entries(secretNames).filter(([name]) => !given.includes(name)) : [];
  const missing = needed.map(([name, what]) => ({
    where: name,
    given: "nothing",
    expected: `a secret, since the settings say "secrets: configured": ${what}`,
    mend: `pulumi config set --secret trivet:${name}`,
  }));
  const unused = (secrets === "generated" ? given : []).map((name) => ({
    where: name,
    given: "a secret of your own",
    expected: "none, since passwords and keys are made in the stack",
    mend: `say "secrets: configured", or remove it: pulumi config rm trivet:${name}`,
  }));
  const clear = given
    .filter((name) => !encrypted.has(name))
    .map((name) => ({
      where: name,
      given: "a secret in clear text",
      expected: "an encrypted one",
      mend: `pulumi config set --secret trivet:${name}`,
    }));
  return [...missing, ...unused, ...clear, ...gossipKeyProblems(values.gossipKey)];
}

/** Consul refuses to start with another length. Known only within the program: in the file it is encrypted. */
function gossipKeyProblems(key: unknown): Problem[] {
  if (typeof key !== "string" || Buffer.from(key, "base64").length === 32) return [];
  return [
    {
      where: "gossipKey",
      given: "a secret of another length",
      expected: secretNames.gossipKey,
      mend: "openssl rand -base64 32 | pulumi config set --secret trivet:gossipKey",
    },
  ];
}
