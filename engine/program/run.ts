import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Deployment } from "../deployment/deployment.ts";
import { EngineError } from "../errors.ts";
import { nodeCommand, spawnFollower } from "../plugin/process.ts";
import type { Project } from "../project/project.ts";
import type { Config } from "../project/settings.ts";
import type { Monitor } from "./monitor.ts";

const HOST = fileURLToPath(new URL("./host.mjs", import.meta.url));
/** The host's exit code for: failed, and the user was told why. */
const REPORTED = 32;

/** Runs the program to its end, or until the deployment is over. Failures are reported through the deployment. */
export async function runProgram(
  project: Project,
  config: Config,
  deployment: Deployment,
  monitor: Monitor,
  address: string,
): Promise<void> {
  const { stack, dryRun, parallel } = deployment.options;
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
  const exited = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? signal!));
  });
  // What the program prints is told like what it logs.
  for (const stream of [child.stdout!, child.stderr!]) {
    lines(stream, (line) => deployment.reporter.log("info", line));
  }

  let finished = false;
  monitor.finished.then(() => {
    finished = true;
  });
  await Promise.race([monitor.finished, deployment.over, exited]);
  if (deployment.stopped) child.kill("SIGKILL");
  const end = await exited;
  // A program that calls process.exit(0) half way is not through: what it did not register must not be deleted.
  if (deployment.stopped || (end === 0 && finished)) return;
  // An error that the program logged itself is reported already.
  if (end === REPORTED && deployment.reporter.errors.length > 0) deployment.stop();
  else deployment.fail(new EngineError(`The program ended with ${describe(end)}.`));
}

const describe = (end: number | NodeJS.Signals): string => (typeof end === "number" ? `exit code ${end}` : end);

function lines(stream: Readable, each: (line: string) => void): void {
  createInterface({ input: stream }).on("line", each);
}

const INDEX_FILES = ["index.ts", "index.mts", "index.mjs", "index.js"];

/** The file of a program that is named by its folder: `main` of its `package.json`, or its index file. */
async function entryPoint(main: string): Promise<string> {
  const candidates = (await isDirectory(main)) ? await entriesOf(main) : [main];
  for (const candidate of candidates) if (await isFile(candidate)) return candidate;
  throw new EngineError(`There is no program at ${main}. Name its file as "main" in Pulumi.yaml.`);
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
