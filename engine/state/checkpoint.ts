import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, readdir, readFile, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { UserError } from "../../core/errors.ts";
import { urnParts } from "../wire/urn.ts";
import { hasSecret, isObject, isSecret, type Props, SECRET, SIGNATURE, type Value } from "../wire/values.ts";
import { prepareBackend, type StackFiles } from "./backend.ts";
import type { PendingOperation, ResourceState } from "./resource.ts";
import type { Crypter } from "./secrets.ts";

/** The Pulumi version whose checkpoints these are. */
export const VERSION = "3.260.0";
const FORMAT = 3;

/** The part of a checkpoint that a deployment changes. */
export interface Deployment {
  /** In the order of dependency. */
  resources: ResourceState[];
  pending: PendingOperation[];
}

export interface StoredResource extends Partial<ResourceState> {
  urn: string;
  type: string;
}

/** As `pulumi stack export` gives it: its secrets stay sealed. */
export interface StoredDeployment {
  manifest: { time: string; magic: string; version: string };
  secrets_providers?: { type: string; state?: { salt?: string } };
  resources?: StoredResource[];
  pending_operations?: { resource: StoredResource; type: PendingOperation["type"] }[];
  metadata?: unknown;
  [unknown: string]: unknown;
}

interface StoredCheckpoint {
  version: number;
  features?: string[];
  checkpoint: { stack: string; latest?: StoredDeployment };
}

/** A stack's checkpoint file, still sealed. */
export class Checkpoint {
  readonly files: StackFiles;
  readonly #project: string;
  readonly #stack: string;
  readonly #stored: StoredDeployment | undefined;
  /** Whether the file was there. */
  readonly exists: boolean;
  #backedUp = false;

  private constructor(files: StackFiles, project: string, stack: string, stored: StoredCheckpoint | undefined) {
    this.files = files;
    this.#project = project;
    this.#stack = stack;
    this.#stored = stored?.checkpoint.latest;
    this.exists = stored !== undefined;
  }

  /** @throws {UserError} when the file is of a kind that this engine does not know */
  static async read(files: StackFiles, project: string, stack: string): Promise<Checkpoint> {
    const text = await readFile(files.checkpoint, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    const stored = text === undefined ? undefined : parse(text, files.checkpoint);
    return new Checkpoint(files, project, stack, stored);
  }

  /** The state as the file has it; undefined where it records nothing. */
  get stored(): StoredDeployment | undefined {
    return this.#stored && records(this.#stored) ? this.#stored : undefined;
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
    const { manifest, secrets_providers, resources, pending_operations, metadata, ...others } = this.#stored ?? {};
    const sealed = await Promise.all(deployment.resources.map((state) => sealResource(state, crypter)));
    const operations = await Promise.all(
      deployment.pending.map(async ({ type, resource }) => ({ resource: await sealResource(resource, crypter), type })),
    );
    const latest: StoredDeployment = {
      manifest: {
        time: new Date().toISOString(),
        magic: createHash("sha256").update(VERSION).digest("hex"),
        version: VERSION,
      },
      secrets_providers: { type: "passphrase", state: { salt: crypter.salt } },
      ...(sealed.length > 0 && { resources: sealed }),
      ...(operations.length > 0 && { pending_operations: operations }),
      metadata: metadata ?? {},
      ...others,
    };
    await this.#put(latest);
  }

  /** Puts another state, sealed as it is, in the place of this one; the one before is kept as `.bak`. */
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
    await writeFileAtomic(this.files.checkpoint, JSON.stringify(document), { mode: 0o600 });
  }

  /** Takes the state away; it is kept as `.bak`. */
  async forget(): Promise<void> {
    if (!this.exists) return;
    await this.#prepare();
    await unlink(this.files.checkpoint);
  }

  /** Before the first write: the former state is kept as `.bak`, as Pulumi does; what a killed write left is removed. */
  async #prepare(): Promise<void> {
    this.#backedUp = true;
    await prepareBackend(this.files);
    const path = this.files.checkpoint;
    if (existsSync(path)) await copyFile(path, `${path}.bak`);
    const folder = dirname(path);
    const prefix = `${basename(path)}.`;
    const isLeftover = (file: string): boolean => file.startsWith(prefix) && /^\d+$/.test(file.slice(prefix.length));
    for (const file of (await readdir(folder)).filter(isLeftover)) await unlink(join(folder, file));
  }
}

const records = ({ resources, pending_operations }: StoredDeployment): boolean =>
  Boolean(resources?.length || pending_operations?.length);

function parse(text: string, path: string): StoredCheckpoint {
  const stored = JSON.parse(text) as StoredCheckpoint;
  const refuse = (what: string): never => {
    throw new UserError(`${path} ${what}. The embedded engine can't go on from it; the Pulumi CLI can.`);
  };
  if (stored.version !== FORMAT && stored.version !== FORMAT + 1) refuse(`has checkpoint version ${stored.version}`);
  if (stored.features?.length) refuse(`uses the checkpoint features ${stored.features.join(", ")}`);
  const provider = stored.checkpoint.latest?.secrets_providers?.type;
  if (provider && provider !== "passphrase") refuse(`uses the secrets provider "${provider}", not "passphrase"`);
  return stored;
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

async function unsealResource(stored: StoredResource, crypter: Crypter): Promise<ResourceState> {
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
