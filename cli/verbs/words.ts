import { Argument, InvalidArgumentError, Option } from "commander";

export const service = () => new Argument("<service>", "its name, as status shows it");
export const hostName = () => new Argument("<host>", "its name, as status shows it");
export const host = () => new Option("--host <host>", "only on this host");
export const engine = () =>
  new Option("--engine <engine>", "what runs the program (default: pulumi where it is installed)")
    .choices(["pulumi", "embedded"])
    .env("TRIVET_ENGINE");
export const yes = () => new Option("-y, --yes", "don't ask");
export const json = (shape: string) => new Option("--json", `for programs: ${shape}`);

export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError("Expected a whole number above 0.");
  return number;
}

export const examples = (...lines: string[]) =>
  `\nExamples:\n${lines.map((line) => `  $ trivet ${line}`).join("\n")}\n`;
