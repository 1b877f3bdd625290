import type { Readable } from "node:stream";
import { Parser, type Result } from "tap-parser";
import { stringify } from "yaml";
import type { Counts } from "./counts.ts";
import type { Print } from "./sideBySide.ts";

/**
 * Reads what a test runner prints in the Test Anything Protocol, prints it for people as it comes, and counts it. A test
 * that is still to be written (`todo`) counts as skipped.
 */
export async function readTap(stream: Readable, print: Print): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  await new Promise<void>((resolve, reject) => {
    const parser = new Parser(() => resolve());
    parser.on("assert", (result: Result) => {
      const kind = kindOf(result);
      counts[kind]++;
      print(line(kind, result));
    });
    stream.on("error", reject);
    stream.pipe(parser);
  });
  return counts;
}

const marks = { passed: "✔", failed: "✖", skipped: "-" };

const kindOf = ({ ok, skip, todo }: Result): keyof Counts => (skip || todo ? "skipped" : ok ? "passed" : "failed");

function line(kind: keyof Counts, { name, diag }: Result): string {
  const head = `  ${marks[kind]} ${name}`;
  if (kind !== "failed" || !diag) return head;
  const details = stringify(diag, { lineWidth: 0 }).trimEnd();
  return `${head}\n${details.replace(/^/gm, "      ")}`;
}
