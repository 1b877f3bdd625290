import type { ChildProcess } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { UserError } from "../../core/errors.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { nodeCommand, spawnFollower } from "../plugin/process.ts";
import type { Project } from "../project/project.ts";
import type { Config } from "../project/settings.ts";
import type { Monitor } from "./monitor.ts";

const HOST = fileURLToPath(new URL("./host.mjs", import.meta.url));
/** The host's exit code for: failed, and the user was told why. */
const REPORTED = 32;

/** What the program is told about the run. */
export interface ProgramArgs {
  project: Project;
  config: Config;
  stack: string;
  dryRun: boolean;
  parallel: number;
  /** Where the engine's services listen. */
  address: string;
}

/** The process in which the program runs. */
export class Program {
  readonly #process: ChildProcess;
  readonly #exited: Promise<number | NodeJS.Signals>;

  private constructor(child: ChildProcess) {
    this.#process = child;
    this.#exited = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve(code ?? signal!));
    });
    this.#exited.catch(() => {});
  }

  /** @param print gets what the program prints, line by line */
  static async start(args: ProgramArgs, print: (line: string) => void): Promise<Program> {
    const { project, config, stack, dryRun, parallel, address } = args;
    const command = nodeCommand(HOST, project.directory, await entryPoint(project.main));
    const child = spawnFollower(command, project.directory, {
      ...process.env,
      PULUMI_NODEJS_ORGANIZATION: "organization",
      PULUMI_NODEJS_PROJECT: project.name,
      PULUMI_NODEJS_ROOT_DIRECTORY: project.directory,
      PULUMI_NODEJS_STACK: stack,
      PULUMI_NODEJS_DRY_RUN: String(dryRun),
      PULUMI_NODEJS_PARALLEL: String(parallel),
      PULUMI_NODEJS_MONITOR: address,
      PULUMI_NODEJS_ENGINE: address,
      PULUMI_CONFIG: JSON.stringify(config.values),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
    });
    for (const stream of [child.stdout!, child.stderr!]) createInterface({ input: stream }).on("line", print);
    return new Program(child);
  }

  /** Waits until the program has ended, and ends it when the deployment is over. Failures go to the deployment. */
  async follow(deployment: Deployment, monitor: Monitor): Promise<void> {
    let finished = false;
    monitor.finished.then(() => {
      finished = true;
    });
    await Promise.race([monitor.finished, deployment.over, this.#exited]);
    if (deployment.stopped) this.kill();
    const end = await this.#exited;
    // A program that calls process.exit(0) half way is not through: what it did not register must not be deleted.
    if (deployment.stopped || (end === 0 && finished)) return;
    // An error that the program logged itself is reported already.
    if (end === REPORTED && deployment.reporter.errors.length > 0) deployment.stop();
    else if (typeof end === "string") deployment.fail(new UserError(`The program was ended by ${end}.`));
    else deployment.fail(new UserError(`The program ended with exit code ${end} before it was through.`));
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }
}

const INDEX_FILES = ["index.ts", "index.mts", "index.mjs", "index.js"];

/** The file of a program that is named by its folder: `main` of its `package.json`, or its index file. */
async function entryPoint(main: string): Promise<string> {
  const candidates = (await isDirectory(main)) ? await entriesOf(main) : [main];
  for (const candidate of candidates) if (await isFile(candidate)) return candidate;
  throw new UserError(`There is no program at ${main}. Name its file as "main" in Pulumi.yaml.`);
}

async function entriesOf(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => "{}");
  const { main } = JSON.parse(text) as { main?: string };
  return [...(main ? [main] : []), ...INDEX_FILES].map((name) => join(folder, name));
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
