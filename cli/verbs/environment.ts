import { Argument, type Command, Option } from "commander";
import { form, type LeftOut, place, type Typed } from "./place.ts";

export interface OnEnvironment {
  /** What becomes of a command that names no environment; it may depend on the options. */
  leftOut: LeftOut | ((options: Record<string, unknown>) => LeftOut);
  /** What is named after the environment. An argument `[name]` may be left out. */
  what?: Argument[];
  /** It once took its environment by `--env`, and still does. */
  formerly?: "--env";
  /** It tells first, on stderr, what is broken there on purpose. Not with `--json`. */
  tellsBroken?: boolean;
}

/**
 * Makes a command one on an environment: `trivet <verb> <environment> [what…]`. Its action gets the environment, what is named after it
 * and the options.
 */
export function onEnvironment(
  command: Command,
  { leftOut, what = [], formerly, tellsBroken = false }: OnEnvironment,
): Command {
  const taken = what.map((argument) => ({ name: argument.name(), required: argument.required }));
  const mayBeLeftOut = leftOut === "the only one";
  const environment = form({ name: "environment", required: !mayBeLeftOut });
  command.usage([environment, ...taken.map(form), "[options]"].join(" "));
  // Optional for the parser: the older form has no environment here, and whether something is missing is told below.
  command.argument("[environment]", `which one${mayBeLeftOut ? "; may be left out where there is only one" : ""}`);
  for (const argument of what) command.addArgument(new Argument(`[${argument.name()}]`, argument.description));
  if (formerly) command.addOption(new Option("-e, --env <environment>").hideHelp());
  return command.hook("preAction", async () => {
    const options = command.opts();
    const typed = typedOf(command);
    const rule = typeof leftOut === "function" ? leftOut(options) : leftOut;
    const surelyNamed = typed.env === undefined && typed.words.length > what.length;
    const known = surelyNamed
      ? { settings: [], recorded: [] }
      : await (await import("../environment/known.ts")).knownEnvironments();
    const placed = place(typed, taken, rule, known);
    if (placed.notice) console.error(placed.notice);
    command.processedArgs = [placed.environment, ...what.map((_, index) => placed.words[index])];
    if (tellsBroken && placed.environment !== undefined && !options.json) {
      await (await import("../environment/broken.ts")).tellBroken(placed.environment);
    }
  });
}

function typedOf(command: Command): Typed {
  const verb: string[] = [];
  let top = command;
  for (; top.parent; top = top.parent) verb.unshift(top.name());
  const { rawArgs } = top as Command & { rawArgs: string[] };
  return { verb, line: rawArgs.slice(2), words: command.args, env: command.opts().env };
}
