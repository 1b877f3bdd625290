import { globSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { type ImageName, imageFolder } from "../../../images/index.ts";

export interface Script {
  /** Name of a script in galera's image; `<image>/<name>` for another one: `supervisor/health`. */
  script: string;
  args?: string[];
  /** Bash in place of programs, by name. See the functions below that it may use. */
  commands?: Record<string, string>;
  /** Real scripts of the images that it calls: `supervisor/decide`. */
  beside?: string[];
  /** By path in the folder: `etc/galera/node.cnf`, `run/order`. */
  files?: Record<string, string>;
  /** Texts of the scripts that are another one here. */
  replace?: Record<string, string>;
  input?: string;
  /** Seconds that it may take: it is ended then. */
  timeout?: number;
}

/** The path of a file of an image, by `<image>/<file>`. */
const inImage = (path: string): string => {
  const [image, ...file] = path.split("/");
  return join(imageFolder(image as ImageName), ...file);
};

/** Functions for the bash that stands in place of a program. */
const functions = (folder: string) => `
ask() { echo "$*" >> ${folder}/asked; }
count() { echo x >> ${folder}/$1; wc -l < ${folder}/$1; }
# Sets the clock of the script, and of all that it starts, by so many seconds: step -3600
step() { echo "$1s" > ${folder}/faketime; }
# Ends the script.
finish() { kill $(cat ${folder}/pid); }
folder=${folder}
`;

/**
 * Runs a script of the images with its folders elsewhere, and other commands in place of some. What these are asked is in
 * `asked`, in its order; `run` are the files that it leaves in /run/trivet.
 */
export async function runScript({ script, commands = {}, files = {}, beside = [], replace = {}, ...rest }: Script) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-script-"));
  const folders = {
    "/run/trivet": "run",
    "/etc/trivet": "etc",
    "/var/lib/mysql": "data",
    "/var/lib/trivet": "var",
    "/usr/local/lib/trivet": "bin",
  };
  const real = async (path: string) => {
    const moved = Object.entries(folders).map(([from, to]) => [from, join(folder, to)] as const);
    return [...moved, ...Object.entries(replace)].reduce(
      (text, [from, to]) => text.replaceAll(from, to),
      await readFile(inImage(path), "utf8"),
    );
  };
  try {
    for (const name of Object.values(folders)) await mkdir(join(folder, name));
    const all: Record<string, string> = {
      ...files,
      faketime: "+0s",
      script: await real(script.includes("/") ? script : `galera/${script}`),
    };
    for (const path of ["base/uptime", "base/test-environment", ...beside]) {
      all[join("bin", path.split("/").at(-1)!)] = await real(path);
    }
    for (const [name, body] of Object.entries(commands)) {
      all[join("bin", name)] = `#!/bin/bash\n${functions(folder)}\n${body}`;
    }
    for (const [path, content] of Object.entries(all)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
      await chmod(join(folder, path), 0o755);
    }
    const begin = `echo $$ > ${folder}/pid; exec bash ${folder}/script "$@"`;
    const { exitCode, stdout, stderr, timedOut } = await execa("bash", ["-c", begin, "script", ...(rest.args ?? [])], {
      env: { PATH: `${join(folder, "bin")}:${process.env.PATH}`, ...fakeClock(join(folder, "faketime")) },
      reject: false,
      timeout: (rest.timeout ?? 60) * 1_000,
      ...(rest.input === undefined ? { stdin: "ignore" as const } : { input: rest.input }),
    });
    const asked = await readFile(join(folder, "asked"), "utf8").catch(() => "");
    const run: Record<string, string> = {};
    for (const entry of await readdir(join(folder, "run"), { withFileTypes: true })) {
      if (entry.isFile()) run[entry.name] = await readFile(join(folder, "run", entry.name), "utf8");
    }
    return { exitCode, timedOut, stdout, stderr, asked: asked.split("\n").filter(Boolean), run };
  } finally {
    await forgetClock(join(folder, "pid"));
    await rm(folder, { recursive: true });
  }
}

/** libfaketime leaves these behind a process that was killed, and the next one of the same number fails by them. */
async function forgetClock(file: string) {
  const pid = (await readFile(file, "utf8").catch(() => "")).trim();
  for (const name of ["sem.faketime_sem", "faketime_shm"]) await rm(`/dev/shm/${name}_${pid}`, { force: true });
}

/** Processes with these see the clock that the file tells: `-3600s`. `trivet test` installs the library. */
function fakeClock(file: string) {
  const [library] = globSync("/usr/lib/*/faketime/libfaketimeMT.so.1");
  if (!library) throw new Error("libfaketime is not installed: apt-get install libfaketime");
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
}
