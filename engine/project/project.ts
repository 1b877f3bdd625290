import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { UserError } from "../../core/errors.ts";
import { UnsupportedError } from "../errors.ts";

/** What the engine needs of a `Pulumi.yaml`. */
export interface Project {
  name: string;
  /** Absolute folder of `Pulumi.yaml`. */
  directory: string;
  /** Absolute path of the program: a file, or a folder with an index file or a `package.json`. */
  main: string;
  /** Absolute folder of the stacks' settings files. */
  stackConfigDir: string;
  /** Values for every stack, as `Pulumi.yaml` gives them. */
  config: Record<string, unknown>;
  /** Absolute folders of provider plugins, by package name. */
  providerPaths: Record<string, string>;
}

interface ProjectFile {
  name?: string;
  runtime?: string | { name?: string; options?: Record<string, unknown> };
  main?: string;
  stackConfigDir?: string;
  config?: Record<string, unknown>;
  plugins?: { providers?: { name: string; path: string }[] };
  packages?: Record<string, unknown>;
  options?: Record<string, unknown>;
}

/** @throws {UserError} when there is no usable `Pulumi.yaml` in the folder, or it asks for what the engine lacks */
export async function readProject(directory: string): Promise<Project> {
  const path = join(directory, "Pulumi.yaml");
  const text = await readFile(path, "utf8").catch(() => {
    throw new UserError(`There is no Pulumi.yaml in ${directory}. Give the folder of a Pulumi project.`);
  });
  const file = (parse(text) ?? {}) as ProjectFile;
  if (!file.name) throw new UserError(`${path} gives no project name: add "name: <project>".`);

  const runtime = typeof file.runtime === "string" ? file.runtime : file.runtime?.name;
  if (runtime !== "nodejs") throw new UnsupportedError(`The runtime "${runtime}" (${path})`);
  if (Object.keys(file.packages ?? {}).length > 0) throw new UnsupportedError(`"packages" (${path})`);
  if (Object.keys(file.options ?? {}).length > 0) throw new UnsupportedError(`"options" (${path})`);

  const root = resolve(directory);
  return {
    name: file.name,
    directory: root,
    main: resolve(root, file.main ?? "."),
    stackConfigDir: resolve(root, file.stackConfigDir ?? "."),
    config: file.config ?? {},
    providerPaths: Object.fromEntries(
      (file.plugins?.providers ?? []).map(({ name, path: folder }) => [name, resolve(root, folder)]),
    ),
  };
}
