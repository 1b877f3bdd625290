import { type Drift, findDrift } from "../environment/drift/index.ts";
import { interruptible } from "../interrupt.ts";
import { table } from "../show/table.ts";

/** Tells what is not as it is recorded. The exit code is 0 only when all is, and all could be looked at. */
export async function drift(environment: string, { json }: { json?: boolean }): Promise<void> {
  const signal = interruptible("the look ends");
  const found = await findDrift(environment, () => {}, signal);
  const same = found.length === 0;
  process.exitCode = same ? 0 : 1;
  if (json) return console.log(JSON.stringify({ environment, same, found }));
  if (same) return console.log(`${environment} is as it is recorded.`);
  console.log(table(["WHAT", "TYPE", "NAME", "DETAIL"], found.map(row)));
  const differs = found.some(({ kind }) => kind === "gone" || kind === "changed");
  const files = found.some(({ kind }) => kind === "file");
  if (differs)
    console.log(`\nMake it what the settings say: trivet refresh ${environment} && trivet up ${environment}`);
  if (files) {
    console.log(
      `\nA file that differs is written again when its container is made anew, or with the next change of its content by up.`,
    );
  }
}

const row = ({ kind, type, name, detail = "" }: Drift): string[] => [kind, type, name, detail];
