import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { UserError } from "../../core/errors.ts";

/** Makes a Node process end when its standard input does: with the engine, however that ended. */
const FOLLOW_PARENT = new URL("./follow-parent.mjs", import.meta.url).href;

/** Half of the time that loading Pulumi's SDK takes is compiling: Node keeps what it compiled here, unless told where. */
const NODE_COMPILE_CACHE = fileURLToPath(new URL("../../node_modules/.cache/engine", import.meta.url));

/** A Node process that lives no longer than this one. */
export function nodeCommand(script: string, ...args: string[]): string[] {
  return [process.execPath, "--import", FOLLOW_PARENT, script, ...args];
}

/**
 * Starts a process in a session of its own, so that Ctrl-C at the terminal reaches the engine alone, which lets the
 * running steps finish. Its standard input is a pipe that breaks with the engine.
 */
export function spawnFollower(command: string[], cwd: string, env: NodeJS.ProcessEnv): ChildProcess {
  const [file, ...args] = command;
  return spawn(file!, args, {
    cwd,
    env: { NODE_COMPILE_CACHE, ...env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
}

export interface PluginPaths {
  projectDir: string;
  /** Commands by package name: before every other place. */
  commands: Record<string, string[]>;
  /** Folders by package name (`plugins.providers` of `Pulumi.yaml`). */
  folders: Record<string, string>;
}

/**
 * The command that serves a package's provider. Places, in this order: the given commands, the project's plugin folders,
 * the SDK's own dynamic provider, PULUMI_HOME, PATH.
 *
 * @throws {UserError} when there is none
 */
export function findPlugin(pkg: string, version: string | undefined, paths: PluginPaths): string[] {
  const given = paths.commands[pkg];
  if (given) return given;
  if (pkg === "pulumi-nodejs") {
    const require = createRequire(join(paths.projectDir, "package.json"));
    return nodeCommand(require.resolve("@pulumi/pulumi/cmd/dynamic-provider"));
  }
  const binary = `pulumi-resource-${pkg}`;
  const home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const folders = [
    ...(paths.folders[pkg] ? [paths.folders[pkg]] : []),
    ...(version ? [join(home, "plugins", `resource-${pkg}-v${version}`)] : []),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  const found = folders.map((folder) => join(folder, binary)).find((path) => existsSync(path));
  if (found) return [found];
  throw new UserError(
    `The provider plugin ${binary}${version ? ` ${version}` : ""} is needed and was found neither in ${join(home, "plugins")} nor on PATH. ` +
      "Install it, or name its folder under plugins.providers in Pulumi.yaml.",
  );
}

/** The port that a plugin serves on: the first line that it prints. */
export async function readPort(pkg: string, child: ChildProcess): Promise<string> {
  const errors: string[] = [];
  child.stderr!.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  return new Promise((resolve, reject) => {
    child.once("error", (error) =>
      reject(new UserError(`The provider plugin of ${pkg} did not start: ${error.message}`)),
    );
    child.once("exit", (code, signal) =>
      reject(
        new UserError(
          `The provider plugin of ${pkg} ended (${signal ?? `exit code ${code}`}) before it served: ${errors.join("").trim()}`,
        ),
      ),
    );
    createInterface({ input: child.stdout! }).once("line", (line) => {
      const port = line.trim();
      if (/^\d+$/.test(port)) resolve(port);
      else reject(new UserError(`The provider plugin of ${pkg} printed "${port}" instead of its port.`));
    });
  });
}
