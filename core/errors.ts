/** A user's mistake: says what was given, what was expected and how to mend it. Shown without a stack trace. */
export class UserError extends Error {
  override name = "UserError";
  /** By this the Pulumi SDK knows an error of the user's from one of the program's, and prints its message alone. */
  readonly __pulumiRunError = true;
}

/** The command was right and its work went wrong: told without a stack trace, exit code 1 (a UserError's is 2). */
export class Failure extends Error {
  override name = "Failure";
}
