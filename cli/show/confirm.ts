import { UserError } from "../../core/errors.ts";

/** Asks before something that can't be undone. @throws {UserError} where there is nobody to ask, or the answer is no */
export async function confirm(question: string, yes: boolean | undefined, option = "--yes"): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new UserError(`${question} There is no terminal to ask at: say so with ${option}.`);
  const { default: askYesOrNo } = await import("@inquirer/confirm");
  // Ctrl-C at the question is a no.
  const agreed = await askYesOrNo({ message: question, default: false }).catch(() => false);
  if (!agreed) throw new UserError("Nothing was done.");
}
