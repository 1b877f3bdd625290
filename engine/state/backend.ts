import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { UserError } from "../../core/errors.ts";
import { prepareFolder, replaceFile } from "./write.ts";

/** Where Pulumi's own file backend keeps a stack. Both engines use the same files, so either goes on from the other. */
export interface StackFiles {
  /** The `.pulumi` folder of the backend. */
  root: string;
  /** The checkpoint. */
  checkpoint: string;
  /** The folder of earlier states. */
  backups: string;
  /** The folder of this stack's lock files. */
  locks: string;
}

/**
 * @param backend `file://` with a path: absolute, `~` for the home folder, or relative to the project's folder
 * @throws {UserError} on any other kind of backend
 */
export function stackFiles(backend: string, projectDir: string, project: string, stack: string): StackFiles {
  const [, path] = /^file:\/\/(.*)$/.exec(backend) ?? [];
  if (!path) {
    throw new UserError(
      `The state's address is "${backend}"; the embedded engine keeps state only in files, as in "file://./state". ` +
        "Change backend.url in Pulumi.yaml or PULUMI_BACKEND_URL, or use the Pulumi CLI.",
    );
  }
  const folder = path.startsWith("~") ? join(homedir(), path.slice(1)) : resolve(projectDir, path);
  const root = join(folder, ".pulumi");
  return {
    root,
    checkpoint: join(root, "stacks", project, `${stack}.json`),
    backups: join(root, "backups", project, stack),
    locks: join(root, "locks", "organization", project, stack),
  };
}

/** Marks the folder as a file backend whose stacks are grouped by project. */
export async function prepareBackend(files: StackFiles): Promise<void> {
  await prepareFolder(join(files.checkpoint, ".."));
  const meta = join(files.root, "meta.yaml");
  if (!existsSync(meta)) await replaceFile(meta, "version: 1\n");
}
