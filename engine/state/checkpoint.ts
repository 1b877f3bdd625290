import { createHash } from "node:crypto";
import { readFile, rename } from "node:fs/promises";
import { UserError } from "../../core/errors.ts";
import { urnParts } from "../wire/urn.ts";
import { hasSecret, isObject, isSecret, type Props, SECRET, SIGNATURE, type Value } from "../wire/values.ts";
import { prepareBackend, type StackFiles } from "./backend.ts";
import { findBackups, keepBackup, newestGood, readBackup } from "./backups.ts";
import { StateError, writeError } from "./errors.ts";
import {
  FORMAT,
  NotAState,
  parseCheckpoint,
  records,
  type StoredCheckpoint,
  type StoredDeployment,
  type StoredResource,
} from "./format.ts";
import type { PendingOperation, ResourceState } from "./resource.ts";
import type { Crypter } from "./secrets.ts";
import { removeLeftovers, replaceFile } from "./write.ts";

/** The Pulumi version whose checkpoints these are. */
export const VERSION = "3.260.0";

/** The part of a checkpoint that a deployment changes. */
export interface Deployment {
  /** In the order of dependency. */
  resources: ResourceState[];
  pending: PendingOperation[];
}

/** A stack's checkpoint file, still sealed. */
export class Checkpoint {
  readonly files: StackFiles;
  readonly #project: string;
  readonly #stack: string;
  readonly #stored: StoredDeployment | undefined;
  /** The file's own text, which is kept before it is replaced; undefined where there is none, or it is no state. */
  readonly #text: string | undefined;
  #backedUp = false;

  private constructor(files: StackFiles, project: string, stack: string, text?: string, stored?: StoredCheckpoint) {
    this.files = files;
    this.#project = project;
    this.#stack = stack;
    this.#text = text;
    this.#stored = stored?.checkpoint.latest;
  }

  /**
   * @throws {StateError} when the file holds no state, or is gone while an earlier state is kept: names the way back
   * @throws {UserError} when the file is of a kind that this engine does not know
   */
  static async read(files: StackFiles, project: string, stack: string): Promise<Checkpoint> {
    const path = files.checkpoint;
    const text = await readText(path);
    if (text === undefined) {
      const last = await readBackup(`${path}.bak`).catch(() => undefined);
      if (last?.resources) {
        throw new StateError(
          `${path} is gone: ${await wayBack(files, stack)}, or remove ${last.path} to begin with nothing.`,
        );
      }
      return new Checkpoint(files, project, stack);
    }
    try {
      return new Checkpoint(files, project, stack, text, parseCheckpoint(text, path));
    } catch (error) {
      if (!(error instanceof NotAState)) throw error;
      throw new StateError(`${path} ${error.message}: ${await wayBack(files, stack)}.`);
    }
  }

  /** As `read`, for whoever puts another state in its place: a file that is no state is set aside under another name. */
  static async readToReplace(files: StackFiles, project: string, stack: string): Promise<Checkpoint> {
    const path = files.checkpoint;
    const text = await readText(path);
    try {
      if (text !== undefined) return new Checkpoint(files, project, stack, text, parseCheckpoint(text, path));
    } catch (error) {
      if (!(error instanceof NotAState)) throw error;
      const aside = `${path}.broken-${new Date().toISOString().replaceAll(":", "-")}`;
      await rename(path, aside).catch((failure) => {
        throw writeError(path, failure);
      });
    }
    return new Checkpoint(files, project, stack);
  }

  /** The state as the file has it; undefined where it records nothing. */
  get stored(): StoredDeployment | undefined {
    return this.#stored && records(this.#stored) ? this.#stored : undefined;
  }

  /** When the file was written, as it says; undefined where there is none, or it never recorded anything. */
  get written(): string | undefined {
    return this.#stored?.manifest?.time;
  }

  /** The salt of the secrets in this checkpoint. One without resources has no secrets: it may begin with any passphrase. */
  get salt(): string | undefined {
    return this.stored?.secrets_providers?.state?.salt;
  }

  /** The recorded outputs of a resource type's only instance, secrets masked, without any key. */
  outputsOf(type: string): Props {
    return (this.#stored?.resources?.find((state) => state.type === type && !state.delete)?.outputs ?? {}) as Props;
  }

  async open(crypter: Crypter): Promise<Deployment> {
    return {
      resources: await Promise.all((this.#stored?.resources ?? []).map((state) => unsealResource(state, crypter))),
      pending: await Promise.all(
        (this.#stored?.pending_operations ?? []).map(async ({ type, resource }) => ({
          type,
          resource: await unsealResource(resource, crypter),
        })),
      ),
    };
  }

  /** Replaces the file in one step: whoever reads it finds the old state or the new one, also after a power cut. */
  async write(deployment: Deployment, crypter: Crypter): Promise<void> {
    const { manifest: _, secrets_providers, resources, pending_operations, metadata, ...others } = this.#stored ?? {};
    const sealed = await Promise.all(deployment.resources.map((state) => sealResource(state, crypter)));
    const operations = await Promise.all(
      deployment.pending.map(async ({ type, resource }) => ({ resource: await sealResource(resource, crypter), type })),
    );
    const latest: StoredDeployment = {
      manifest: manifest(),
      secrets_providers: { type: "passphrase", state: { salt: crypter.salt } },
      ...(sealed.length > 0 && { resources: sealed }),
      ...(operations.length > 0 && { pending_operations: operations }),
      metadata: metadata ?? {},
      ...others,
    };
    await this.#put(latest);
  }

  /** Puts another state, sealed as it is, in the place of this one; the one before is kept. */
  async replace(latest: StoredDeployment): Promise<void> {
    const stranger = latest.resources?.find(({ urn }) => {
      const { stack, project } = urnParts(urn);
      return stack !== this.#stack || project !== this.#project;
    });
    if (stranger) throw new UserError(`It is the state of another stack: it has ${stranger.urn}.`);
    await this.#put(latest);
  }

  async #put(latest: StoredDeployment): Promise<void> {
    const document: StoredCheckpoint = {
      version: FORMAT,
      checkpoint: { stack: `organization/${this.#project}/${this.#stack}`, latest },
    };
    if (!this.#backedUp) await this.#prepare();
    await replaceFile(this.files.checkpoint, JSON.stringify(document));
  }

  /** Leaves a state that records nothing: unlike a file that is gone, that is on purpose. The one before is kept. */
  async forget(): Promise<void> {
    await this.#put({ manifest: manifest(), metadata: {} });
  }

  /** Before the first write: the former state is kept; what a killed write left is removed. */
  async #prepare(): Promise<void> {
    await prepareBackend(this.files);
    await removeLeftovers(this.files.checkpoint);
    if (this.#text !== undefined) await keepBackup(this.files, this.#text);
    this.#backedUp = true;
  }
}

const manifest = () => ({
  time: new Date().toISOString(),
  magic: createHash("sha256").update(VERSION).digest("hex"),
  version: VERSION,
});

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new StateError(
      `${path} can't be read (${code}): make it readable for you, then give the same command again.`,
    );
  }
}

/** What helps when the file itself does not, as the end of a sentence. */
async function wayBack(files: StackFiles, stack: string): Promise<string> {
  const good = newestGood(await findBackups(files));
  if (!good) {
    return `nothing was done, and no earlier state is kept here; "trivet adopt ${stack}" brings the copy that lies beside the environment`;
  }
  const { path, time, resources } = good;
  return `nothing was done; "trivet state restore ${stack}" puts back ${path}, the ${resources} resources of ${time}`;
}

// The order in which the CLI writes the fields: only cosmetic, but it keeps two writers' files comparable.
const FIELDS = [
  "urn",
  "custom",
  "delete",
  "id",
  "type",
  "inputs",
  "outputs",
  "parent",
  "protect",
  "taint",
  "external",
  "dependencies",
  "initErrors",
  "provider",
  "propertyDependencies",
  "pendingReplacement",
  "additionalSecretOutputs",
  "aliases",
  "customTimeouts",
  "importID",
  "retainOnDelete",
  "deletedWith",
  "replaceWith",
  "created",
  "modified",
  "sourcePosition",
  "stackTrace",
  "ignoreChanges",
  "hideDiff",
  "replaceOnChanges",
  "replacementTrigger",
];

/** Left out of a checkpoint, as Go's `omitempty` does. */
export function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (value !== null && typeof value === "object") return Object.keys(value).length === 0;
  return value === undefined || value === null || value === "" || value === false;
}

async function sealResource(state: ResourceState, crypter: Crypter): Promise<StoredResource> {
  const stored: Record<string, unknown> = {};
  const names = [...FIELDS, ...Object.keys(state).filter((name) => !FIELDS.includes(name))];
  for (const name of names) {
    const value = state[name];
    if (name === "custom") stored.custom = state.custom;
    else if (isEmpty(value)) continue;
    else if (name === "inputs" || name === "outputs") {
      stored[name] = await seal(value as Value, crypter, `${state.urn}/${name}`);
    } else stored[name] = value;
  }
  return stored as StoredResource;
}

/** A resource as it is stored, its secrets decrypted. */
export async function unsealResource(stored: StoredResource, crypter: Crypter): Promise<ResourceState> {
  return {
    custom: false,
    dependencies: [],
    propertyDependencies: {},
    ...stored,
    inputs: (await unseal((stored.inputs ?? {}) as Value, crypter, `${stored.urn}/inputs`)) as Props,
    outputs: (await unseal((stored.outputs ?? {}) as Value, crypter, `${stored.urn}/outputs`)) as Props,
  };
}

async function seal(value: Value, crypter: Crypter, place: string): Promise<Value> {
  if (!hasSecret(value)) return sorted(value);
  if (isSecret(value)) {
    return { [SIGNATURE]: SECRET, ciphertext: await crypter.encrypt(JSON.stringify(value.value ?? null), place) };
  }
  return mapChildren(sorted(value), (item, key) => seal(item, crypter, `${place}/${key}`));
}

/** Secrets are decrypted, wherever in the value they stand. */
export async function unseal(value: Value, crypter: Crypter, place: string): Promise<Value> {
  if (!hasSecret(value)) return value;
  if (isSecret(value)) {
    const { ciphertext, plaintext } = value as Props;
    const text = typeof plaintext === "string" ? plaintext : await crypter.decrypt(String(ciphertext));
    if (typeof ciphertext === "string") crypter.remember(text, place, ciphertext);
    return { [SIGNATURE]: SECRET, value: JSON.parse(text) as Value };
  }
  return mapChildren(value, (item, key) => unseal(item, crypter, `${place}/${key}`));
}

async function mapChildren(value: Value, change: (item: Value, key: string) => Promise<Value>): Promise<Value> {
  if (Array.isArray(value)) return Promise.all(value.map((item, index) => change(item, String(index))));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(
    async ([key, item]): Promise<[string, Value]> => [key, await change(item, key)],
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** Keys in the order of the alphabet, at every level, as Go writes maps. */
function sorted(value: Value): Value {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key]!)]));
}
