import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import anyTest, { type TestFn } from "ava";
import { execa } from "execa";

const onPath = (command: string): boolean =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, command)));

const test = anyTest.serial as TestFn;
const hasCli = onPath("pulumi");
const plugins = join(process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins");
const hasDocker = onPath("pulumi-resource-docker") || existsSync(join(plugins, "resource-docker-v5.2.0"));

/** A test that needs the Pulumi CLI: skipped where there is none on PATH. */
export const withCli = hasCli ? test : test.skip;
/** A test that needs the Pulumi CLI and its own docker provider: skipped where one of them is not installed. */
export const withCliAndDocker = hasCli && hasDocker ? test : test.skip;

/** A stack of a project, whose state is in a folder. */
export interface Place {
  projectDir: string;
  stack: string;
  backend: string;
  passphrase: string;
}

/** What the CLI finds in its environment: nothing of a user's own, and it downloads nothing. */
const variables = ({ backend, passphrase }: Pick<Place, "backend" | "passphrase">) => ({
  PULUMI_BACKEND_URL: backend,
  PULUMI_CONFIG_PASSPHRASE: passphrase,
  PULUMI_CONFIG_PASSPHRASE_FILE: "",
  PULUMI_SKIP_UPDATE_CHECK: "true",
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
});

/** Runs a command of the CLI as one types it. */
export const pulumi = (place: Place, ...args: string[]) =>
  execa("pulumi", [...args, "--non-interactive", "--color", "never"], {
    cwd: place.projectDir,
    env: variables(place),
    all: true,
    reject: false,
  });

/** Runs it, and rejects with all of its output where it fails. */
export async function pulumiOk(place: Place, ...args: string[]): Promise<string> {
  const { exitCode, all } = await pulumi(place, ...args);
  if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${exitCode}:\n${all}`);
  return all;
}

/** The stack by the CLI's Automation API, made where there is none yet. */
export async function openStack(place: Place): Promise<Stack> {
  const { LocalWorkspace, Stack } = await import("@pulumi/pulumi/automation/index.js");
  if (place.backend.startsWith("file:///")) await mkdir(fileURLToPath(place.backend), { recursive: true });
  const workspace = await LocalWorkspace.create({ workDir: place.projectDir, envVars: variables(place) });
  return Stack.createOrSelect(place.stack, workspace);
}

/** Follows a run: its steps, but for what stays as it is, as `update PresentImage image`. */
export function steps(): { onEvent(event: EngineEvent): void; done(): string[] } {
  const seen: string[] = [];
  return {
    onEvent({ resOutputsEvent }) {
      if (!resOutputsEvent || resOutputsEvent.metadata.op === "same") return;
      const { op, type, urn } = resOutputsEvent.metadata;
      seen.push(`${op} ${type.split(":").at(-1)} ${urn.split("::").at(-1)}`);
    },
    done: () => seen.splice(0).sort(),
  };
}
