import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Esbuild from "esbuild";

/** The file of a build context that holds a program: one that Node runs as it is, with all that it imports. */
export const PROGRAM = "program.cjs";

const made = new Map<string, Uint8Array>();

/**
 * The program that begins in that file of a clone, in one file. The same sources give the same bytes wherever the clone is.
 *
 * @param entry path from `top`
 */
export function bundled(top: string, entry: string): Uint8Array {
  const key = join(top, entry);
  const known = made.get(key);
  if (known) return known;
  // Only a clone has it, and only some commands need it.
  const { buildSync } = createRequire(import.meta.url)("esbuild") as typeof Esbuild;
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    absWorkingDir: top,
    outfile: PROGRAM,
    write: false,
    bundle: true,
    platform: "node",
    // An ES module that imports a module of Node's loads all that this would only load when asked: 10 MB more of memory.
    format: "cjs",
    target: "node24",
    // Names stay: the program's log tells where it failed.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "eof",
    // Names of files are in it: as they are in the clone, wherever node_modules lies.
    preserveSymlinks: true,
    logLevel: "silent",
  });
  const program = outputFiles[0]!.contents;
  made.set(key, program);
  return program;
}
