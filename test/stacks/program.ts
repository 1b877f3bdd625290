import * as pulumi from "@pulumi/pulumi";
import type { InventoryOutput } from "../../core/inventory.ts";
import type { RunWishes } from "../../stacks/config.ts";
import { createEnvironment } from "../../stacks/program.ts";
import { fileSettings } from "../../stacks/settings/file.ts";
import { type Environment, readSettings } from "../../stacks/settings.ts";

export interface Made {
  type: string;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs of any resource
  inputs: Record<string, any>;
  provider: string;
}
let made: Made[] = [];

// Every resource is what it was asked to be; only what it would tell of itself is made up.
await pulumi.runtime.setMocks({
  async newResource({ type, name, inputs, provider = "" }) {
    made.push({ type, name, inputs, provider });
    const told = { value: "made-up", certificate: "CERT", privateKey: "KEY", imageId: `sha256:${name}` };
    return { id: `${name}-id`, state: { ...inputs, ...told } };
  },
  async call({ inputs }) {
    return inputs;
  },
});

/** Runs the program for an environment until all that it wants is registered. */
export async function run(
  environment: string,
  secrets = {},
  { settings, watched }: Pick<Environment, "settings" | "watched"> = readSettings(fileSettings(environment)),
  wishes: RunWishes = {},
): Promise<{ inventory: InventoryOutput; resources: Made[] }> {
  made = [];
  const inventory = createEnvironment(environment, { settings, watched }, secrets, wishes);
  await pulumi.runtime.disconnect();
  return { inventory, resources: made };
}

export const container = "docker:index/container:Container";
export const ofType = (resources: Made[], type: string) => resources.filter((resource) => resource.type === type);
