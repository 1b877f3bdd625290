import * as pulumi from "@pulumi/pulumi";
import { passwordProblem } from "../core/password.ts";
import { refuse } from "./check.ts";

/** How a database is reached, with its password checked as `givenPassword` does. */
export const givenAccess = <T extends { password: pulumi.Input<string> }>(
  whose: string,
  path: string,
  access: T,
  problem?: (text: string) => string | undefined,
) => ({ ...access, password: givenPassword(whose, [path, "password"], access.password, problem) });

/**
 * A password that a component was given, also one that is known only later: it is refused by its path as soon as it is known, and
 * never shown. `problem` says what is expected instead of a text.
 */
export function givenPassword(
  whose: string,
  path: readonly PropertyKey[],
  value: pulumi.Input<string>,
  problem: (text: string) => string | undefined = passwordProblem,
): pulumi.Output<string> {
  return pulumi.secret(value).apply((text) => {
    const expected = problem(text);
    if (expected) refuse(whose, [{ path: [...path], given: "a secret", expected, mend: "give it another one" }]);
    return text;
  });
}
