import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { parseSettings } from "../core/settingsYaml.ts";
import { namespace, settingsFile } from "./settings/file.ts";
import { type SecretName, secretNames } from "./settings/secrets.ts";
import { structured } from "./settings/structured.ts";
import type { Settings, SettingsSource } from "./settings.ts";

/** The settings as Pulumi hands them to the running program: texts, structured values as JSON. */
export function pulumiSettings(): SettingsSource {
  const file = settingsFile(pulumi.getStack());
  // What would mean something else with the other engine is refused in the same words, however the program is run.
  if (existsSync(file)) parseSettings(file, readFileSync(file, "utf8"));
  const all = Object.entries(pulumi.runtime.allConfig());
  const config = all.filter(([key]) => key.startsWith(namespace));
  // Not in the SDK's types, though its own `Config` lives by it.
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
  const name = (key: string) => key.slice(namespace.length);
  return {
    file,
    values: Object.fromEntries(config.map(([key, text]) => [name(key), structured(name(key), text)])),
    strangers: all.map(([key]) => key).filter((key) => !key.startsWith(namespace)),
    secrets: new Set(config.filter(([key]) => isConfigSecret(key)).map(([key]) => name(key))),
  };
}

/** Secrets of the user's own; none when they are made in the stack. */
export type Secrets = Partial<Record<SecretName, pulumi.Output<string>>>;

export function pulumiSecrets({ secrets }: Settings): Secrets {
  if (secrets === "generated") return {};
  const config = new pulumi.Config("trivet");
  return Object.fromEntries(Object.keys(secretNames).map((name) => [name, config.requireSecret(name)]));
}

/** What is wanted of one run, and is no setting of the environment. */
export interface RunWishes {
  /** Database hosts that a change need not wait for. */
  without?: string[];
}

/** As `trivet up --without` gives them, or by hand `pulumi up --config run:without=db2`, which the CLI keeps: take it out again. */
export function runWishes(): RunWishes {
  const without = new pulumi.Config("run").get("without");
  return { without: without?.split(",").map((host) => host.trim()) };
}
