/** The command was right and its work went wrong: told without a stack trace, exit code 1 (a UserError's is 2). */
export class Failure extends Error {
  override name = "Failure";
}
