import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../../core/errors.ts";
import { openedResources } from "../../engine/index.ts";
import { exported } from "../../operations/export/index.ts";
import { recordedState } from "../engine/keeper.ts";
import { presentPassphrase, whySealed } from "../engine/passphrase.ts";
import { recordedContainers } from "../environment/containers.ts";
import { mustExist } from "../environment/known.ts";
import { whyNotOwn } from "../environment/owner/index.ts";

/**
 * Writes what is recorded of an environment as plain files into a folder.
 *
 * @throws {UserError} when nothing is recorded, its secrets can't be opened, or something is in the folder
 */
export async function exportTo(environment: string, { to }: { to: string }): Promise<void> {
  const folder = resolve(to);
  await mustBeFree(folder);
  await mustExist(environment);
  const state = await recordedState(environment);
  if (!state) throw new UserError(`The environment "${environment}" is not up: there is nothing to export.`);
  const sealed = await whySealed(state);
  if (sealed) throw new UserError(`The secrets of "${environment}" can't be opened: ${sealed}.`);
  const foreign = await whyNotOwn(environment);
  if (foreign) console.error(`warning: "${environment}": ${foreign}.`);
  const resources = await openedResources(state, (await presentPassphrase()) ?? "");
  const files = exported(await recordedContainers(environment, resources));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { path, content, mode } of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode, flag: "wx" });
  }
  const secrets = files.filter(({ mode }) => mode === 0o600).length;
  console.log(
    `${folder} has ${environment} in ${files.length} files. ${secrets} of them are secret (mode 0600); its README.md names them.`,
  );
}

async function mustBeFree(folder: string): Promise<void> {
  const there = await readdir(folder).catch((error) => {
    if (error.code === "ENOENT") return [];
    throw new UserError(`--to ${folder} can't be written to (${error.code}): name a folder that is not there yet.`);
  });
  if (there.length > 0)
    throw new UserError(`--to ${folder} has files in it already: name another folder, or empty it.`);
}
