import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { UserError } from "../../components/errors.ts";
import { localDir, projectDir } from "../project.ts";

const ownPassphrase = join(localDir, "passphrase");

/** Where the state of all environments is: PULUMI_BACKEND_URL, or what Pulumi.yaml says. */
export async function backendUrl(): Promise<string> {
  if (process.env.PULUMI_BACKEND_URL) return process.env.PULUMI_BACKEND_URL;
  const { backend } = parse(await readFile(join(projectDir, "Pulumi.yaml"), "utf8")) as { backend?: { url?: string } };
  if (!backend?.url) throw new UserError('Pulumi.yaml gives no "backend.url", and PULUMI_BACKEND_URL is not set.');
  return backend.url;
}

/**
 * The passphrase that encrypts the state's secrets: PULUMI_CONFIG_PASSPHRASE, or the file that
 * PULUMI_CONFIG_PASSPHRASE_FILE names, or one of this clone's own, made when it is first needed.
 */
export async function passphrase(): Promise<string> {
  const { PULUMI_CONFIG_PASSPHRASE: given, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  if (given !== undefined) return given;
  if (file) {
    const text = await readFile(file, "utf8").catch((error) => {
      throw new UserError(`PULUMI_CONFIG_PASSPHRASE_FILE names ${file}, which can't be read: ${error.message}`);
    });
    return text.trim();
  }
  await mkdir(localDir, { recursive: true });
  // Of two runs at once only one makes it, and both read it.
  await writeFile(ownPassphrase, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600, flag: "wx" }).catch(
    (error) => {
      if (error.code !== "EEXIST") throw error;
    },
  );
  return (await readFile(ownPassphrase, "utf8")).trim();
}
