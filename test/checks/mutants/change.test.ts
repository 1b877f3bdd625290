import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { execa } from "execa";
import { edited } from "../../../checks/mutants/change.ts";
import { quoted } from "../../../checks/mutants/shell.ts";
import type { ServiceRecord } from "../../../core/inventory.ts";

const service = { container: "some" } as ServiceRecord;

/** A folder with a file in it, and a `docker` that runs what it is told to on this machine. */
async function playground(t: ExecutionContext) {
  const folder = await mkdtemp(join(tmpdir(), "trivet-mutants-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, "it's.conf");
  await writeFile(file, "flush = 1\n");
  await writeFile(join(folder, "docker"), '#!/bin/bash\nshift 2\nexec "$@"\n', { mode: 0o755 });
  const run = (script: string) =>
    execa("bash", ["-c", script], { reject: false, env: { PATH: `${folder}${delimiter}${process.env.PATH}` } });
  const text = () => readFile(file, "utf8");
  return { folder, file, run, text };
}

test("a word for bash", async (t) => {
  const odd = `it's "$HOME" \\ and\nmore`;
  t.is((await execa("bash", ["-c", `printf %s ${quoted(odd)}`])).stdout, odd);
});

test("an edit is made once, taken twice, and undone", async (t) => {
  const { file, folder, run, text } = await playground(t);
  const log = join(folder, "log");
  const { inject, heal, healed } = edited({
    file: quoted(file),
    edit: "sed 's/1/10/'",
    apply: () => `cat ${quoted(file)} >> ${log}`,
  });
  t.is((await run(healed(service))).exitCode, 0);
  for (let n = 0; n < 2; n++) t.is((await run(`set -eu\n${inject(service)}`)).exitCode, 0);
  t.is(await text(), "flush = 10\n");
  t.not((await run(healed(service))).exitCode, 0);
  for (let n = 0; n < 2; n++) await run(heal(service));
  t.is(await text(), "flush = 1\n");
  t.is((await run(healed(service))).exitCode, 0);
  t.is(await readFile(log, "utf8"), "flush = 10\nflush = 10\nflush = 1\n");
});

test("an edit that was never made is healed, and nothing is touched", async (t) => {
  const { file, run, text } = await playground(t);
  const { heal, healed } = edited({ file: quoted(file), edit: "cat", apply: () => `echo applied > ${quoted(file)}` });
  await run(heal(service));
  t.is((await run(healed(service))).exitCode, 0);
  t.is(await text(), "flush = 1\n");
});

test("while the daemon has not taken what was undone, it is not healed", async (t) => {
  const { file, folder, run, text } = await playground(t);
  const ready = join(folder, "ready");
  const { inject, heal, healed } = edited({ file: quoted(file), edit: "sed 's/1/0/'", apply: () => `[ -e ${ready} ]` });
  await run(inject(service));
  await run(heal(service));
  t.not((await run(healed(service))).exitCode, 0);
  await writeFile(ready, "");
  await run(heal(service));
  t.is((await run(healed(service))).exitCode, 0);
  t.is(await text(), "flush = 1\n");
  t.deepEqual((await readdir(folder)).sort(), ["docker", "it's.conf", "ready"]);
});
