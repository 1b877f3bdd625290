import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { UserError } from "../../core/errors.ts";
import { projectDir } from "../project.ts";

/** Where the state of all environments is: PULUMI_BACKEND_URL, or what Pulumi.yaml says. */
export async function backendUrl(): Promise<string> {
  if (process.env.PULUMI_BACKEND_URL) return process.env.PULUMI_BACKEND_URL;
  const { backend } = parse(await readFile(join(projectDir, "Pulumi.yaml"), "utf8")) as { backend?: { url?: string } };
  if (!backend?.url) throw new UserError('Pulumi.yaml gives no "backend.url", and PULUMI_BACKEND_URL is not set.');
  return backend.url;
}
