import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type * as automation from "@pulumi/pulumi/automation/index.js";
import { parseDocument } from "yaml";
import { messageOf } from "../../engine/errors.ts";
import type { EngineEvent, Op, StoredDeployment } from "../../engine/index.ts";
import { settingsFile } from "../environment/names.ts";
import { localDir, projectDir } from "../project.ts";
import { findProgram } from "../setup/programs.ts";
import type { Engine, Result, Run } from "./engine.ts";
import { passphrase } from "./passphrase.ts";
import { backendUrl } from "./state.ts";

/** Pulumi's own CLI, through its Automation API. The same can be done by hand: `pulumi up --stack <environment>`. */
export const pulumiEngine: Engine = {
  name: "pulumi",
  title: "the Pulumi CLI",
  up: (run, targets) =>
    withStack(run, (stack, options) => stack.up({ ...options, ...(targets && { target: [...targets] }) })),
  preview: (run) => withStack(run, (stack, options) => stack.preview(options)),
  refresh: (run, targets) =>
    withStack(run, (stack, options) => stack.refresh({ ...options, ...(targets && { target: [...targets] }) }), {
      needsSettings: false,
    }),
  drift: (run) => withStack(run, (stack, options) => stack.previewRefresh(options), { needsSettings: false }),
  destroy: (run) => withStack(run, (stack, options) => stack.destroy(options), { needsSettings: false }),
  async outputs(environment, showSecrets) {
    const recorded = await keepingSettings(settingsFile(environment), async () =>
      (await openStack(environment)).outputs(),
    );
    return Object.fromEntries(
      Object.entries(recorded).map(([name, { value, secret }]) => [name, secret && !showSecrets ? "[secret]" : value]),
    );
  },
  async recorded() {
    const workspace = await openWorkspace();
    const stacks = await workspace.listStacks();
    return stacks.flatMap(({ name, resourceCount }) => (resourceCount ? [name] : []));
  },
  async exportState(environment) {
    const { deployment } = await keepingSettings(settingsFile(environment), async () =>
      (await openStack(environment)).exportStack(),
    );
    const state = deployment as StoredDeployment;
    return state?.resources?.length || state?.pending_operations?.length ? state : undefined;
  },
  async importState(environment, state) {
    await keepingSettings(settingsFile(environment), async () => {
      const stack = await openStack(environment);
      if (state) await stack.importStack({ version: EXPORT_VERSION, deployment: state });
      else await stack.workspace.removeStack(environment, { force: true });
    });
  },
};

/** The form of what `pulumi stack export` gives. */
const EXPORT_VERSION = 3;

/** Whether the CLI is on PATH. */
export async function pulumiIsInstalled(): Promise<boolean> {
  if (!(await findProgram("pulumi"))) return false;
  const { execa } = await import("execa");
  return execa("pulumi", ["version"], { env: { PULUMI_SKIP_UPDATE_CHECK: "true" } }).then(
    () => true,
    () => false,
  );
}

type Options = Pick<automation.UpOptions, "color" | "suppressProgress" | "configFile" | "onEvent" | "signal">;

async function withStack(
  { environment, config = {}, onEvent = () => {}, signal }: Run,
  work: (stack: automation.Stack, options: Options) => Promise<unknown>,
  { needsSettings = true } = {},
): Promise<Result> {
  const began = performance.now();
  const reader = new EventReader(onEvent);
  const errors: string[] = [];
  const configFile = join(localDir, `Pulumi.${environment}.yaml`);
  await keepingSettings(settingsFile(environment), async () => {
    const stack = await openStack(environment);
    const text = await readFile(settingsFile(environment), "utf8").catch((error) => {
      if (needsSettings || error.code !== "ENOENT") throw error;
      return "";
    });
    // The CLI opens no stack with a file that is no YAML, whatever it is to do.
    await writeFile(configFile, needsSettings || isYaml(text) ? settingsWith(text, config) : "");
    try {
      await work(stack, {
        color: "never",
        suppressProgress: true,
        configFile,
        onEvent: (event) => reader.read(event),
        signal,
      });
    } catch (error) {
      errors.push(...(reader.errors.length ? reader.errors : [messageOf(error)]));
    }
  });
  const outputs = errors.length ? {} : await pulumiEngine.outputs(environment, false);
  return {
    ok: errors.length === 0,
    changes: reader.changes,
    outputs,
    errors,
    ms: Math.round(performance.now() - began),
  };
}

const isYaml = (text: string) => parseDocument(text).errors.length === 0;

/** The text of a settings file, with the configuration of one run. */
export function settingsWith(text: string, config: Record<string, string>): string {
  if (Object.keys(config).length === 0) return text;
  const document = parseDocument(text);
  for (const [key, value] of Object.entries(config)) document.setIn(["config", key], value);
  return document.toString();
}

/** The stack, made where there is none yet. */
async function openStack(environment: string): Promise<automation.Stack> {
  const { Stack, StackNotFoundError } = await import("@pulumi/pulumi/automation/index.js");
  const workspace = await openWorkspace({ PULUMI_CONFIG_PASSPHRASE: await passphrase(environment) });
  try {
    return await Stack.select(environment, workspace);
  } catch (error) {
    if (!(error instanceof StackNotFoundError)) throw error;
    return Stack.create(environment, workspace);
  }
}

async function openWorkspace(variables: Record<string, string> = {}): Promise<automation.LocalWorkspace> {
  const { LocalWorkspace } = await import("@pulumi/pulumi/automation/index.js");
  const backend = await backendUrl();
  await makeFolder(backend);
  const envVars = { PULUMI_BACKEND_URL: backend, PULUMI_SKIP_UPDATE_CHECK: "true", ...variables };
  return LocalWorkspace.create({ workDir: projectDir, envVars });
}

/**
 * The CLI records the salt of its encryption in the settings file, and writes all of it in its own layout. A copy takes that where a
 * command can be told to use one; what the others did to the file is undone, so that git sees no change. What somebody
 * edited meanwhile stays. Where there is no file, none is left either.
 */
export async function keepingSettings<T>(file: string, work: () => Promise<T>): Promise<T> {
  const read = () =>
    readFile(file, "utf8").catch((error) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
  const before = await read();
  try {
    return await work();
  } finally {
    const after = await read();
    const same = after !== undefined && after !== before && settingsIn(after) === settingsIn(before ?? "");
    if (same) await (before === undefined ? rm(file) : writeFile(file, before));
  }
}

/** What the file says, whatever its layout. The CLI writes `true` as a text. One that somebody is in the middle of editing says itself. */
function settingsIn(text: string): string {
  const document = parseDocument(text);
  if (document.errors.length) return text;
  const { encryptionsalt: _, ...settings } = document.toJS() ?? {};
  return JSON.stringify(settings, (_name, value) => (typeof value === "object" ? value : String(value)));
}

/** A file backend wants its folder to be there. */
async function makeFolder(backend: string): Promise<void> {
  await mkdir(localDir, { recursive: true });
  const path = /^file:\/\/(\.\/.*)$/.exec(backend)?.[1];
  if (path) await mkdir(join(projectDir, path), { recursive: true });
  else if (backend.startsWith("file:///")) await mkdir(fileURLToPath(backend), { recursive: true });
}

/** Turns the CLI's events into those of the embedded engine. */
class EventReader {
  readonly errors: string[] = [];
  changes: Result["changes"] = {};
  readonly #starts = new Map<string, number>();
  readonly #onEvent: (event: EngineEvent) => void;

  constructor(onEvent: (event: EngineEvent) => void) {
    this.#onEvent = onEvent;
  }

  read(event: automation.EngineEvent): void {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent, summaryEvent } = event;
    if (resourcePreEvent) this.#step("start", resourcePreEvent.metadata);
    if (resOutputsEvent) this.#step("done", resOutputsEvent.metadata);
    if (resOpFailedEvent) this.#step("failed", resOpFailedEvent.metadata);
    if (diagnosticEvent && !diagnosticEvent.ephemeral) this.#diagnostic(diagnosticEvent);
    if (summaryEvent) this.changes = plainCounts(summaryEvent.resourceChanges as Record<string, number>);
  }

  #step(phase: "start" | "done" | "failed", { op, urn, type, diffs, keys }: automation.StepEventMetadata): void {
    const plain = plainOp(op);
    if (phase === "start") this.#starts.set(urn, performance.now());
    if (phase === "start" && plain === "same") return;
    const began = this.#starts.get(urn);
    this.#onEvent({
      kind: "step",
      phase,
      op: plain,
      urn,
      type,
      name: urn.split("::").at(-1)!,
      diff: diffs ?? keys,
      ms: phase === "start" || began === undefined ? undefined : Math.round(performance.now() - began),
    });
  }

  #diagnostic({ severity, message, urn }: automation.DiagnosticEvent): void {
    const text = message.replace(/<\{%.*?%\}>/g, "").trim();
    const level = severity === "info#err" ? "info" : severity;
    if (level === "error") this.errors.push(text);
    this.#onEvent({ kind: "diagnostic", severity: level, message: text, urn });
  }
}

/** The CLI tells the halves of a replacement apart; for people they are one. */
function plainOp(op: string): Op {
  if (op.includes("replace")) return "replace";
  if (op.startsWith("discard")) return "delete";
  return op.replace(/-.*/, "") as Op;
}

function plainCounts(counts: Record<string, number>): Result["changes"] {
  // `replace` counts the pair; its halves are counted beside it.
  const whole = Object.entries(counts).filter(([op]) => op === "replace" || !op.includes("-"));
  return Object.fromEntries(whole.map(([op, count]) => [plainOp(op), count]));
}
