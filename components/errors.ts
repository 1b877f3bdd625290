/** What Trivet tells a user: what was given, what was expected, how to mend it. Never a stack trace. */
export class UserError extends Error {
  override name = "UserError";
}
