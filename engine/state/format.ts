import { UserError } from "../../core/errors.ts";
import { isUrn } from "../wire/urn.ts";
import { isObject, type Value } from "../wire/values.ts";
import type { PendingOperation, ResourceState } from "./resource.ts";

export const FORMAT = 3;

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

export interface StoredCheckpoint {
  version: number;
  features?: string[];
  checkpoint: { stack: string; latest?: StoredDeployment };
}

/** A text is no state: `message` says why as the end of a sentence that begins with the file ("is empty"). */
export class NotAState extends Error {}

/** A state of another kind than this engine works on. Nothing is wrong with it. */
export class ForeignState extends UserError {}

/**
 * @throws {NotAState} when the text is empty, cut off, or something else
 * @throws {ForeignState} when another engine could go on from it
 */
export function parseCheckpoint(text: string, path: string): StoredCheckpoint {
  if (text.trim() === "") throw new NotAState("is empty");
  let stored: Value;
  try {
    stored = JSON.parse(text);
  } catch {
    // The parser's own words would show a part of the state.
    throw new NotAState("is cut off or garbled: it is no JSON");
  }
  if (!isObject(stored)) throw new NotAState(`holds ${stored === null ? "null" : "no state"}`);
  const { version, features, checkpoint } = stored as unknown as Partial<StoredCheckpoint>;
  if (version === undefined && checkpoint === undefined)
    throw new NotAState("holds no state: it has no checkpoint in it");
  const refuse = (what: string): never => {
    throw new ForeignState(`${path} ${what}: this engine can't go on from it, the Pulumi CLI that wrote it can.`);
  };
  if (version !== FORMAT && version !== FORMAT + 1)
    refuse(`has the checkpoint version ${JSON.stringify(version)}, not ${FORMAT} or ${FORMAT + 1}`);
  if (features?.length) refuse(`uses the checkpoint features ${features.join(", ")}`);
  if (!isObject(checkpoint as unknown as Value)) throw new NotAState("holds no state: it has no checkpoint in it");
  const latest = checkpoint!.latest ?? undefined;
  if (latest !== undefined && !isDeployment(latest)) throw new NotAState("holds no state: its resources are none");
  const provider = latest?.secrets_providers?.type;
  if (provider && provider !== "passphrase") refuse(`uses the secrets provider "${provider}", not "passphrase"`);
  return stored as unknown as StoredCheckpoint;
}

function isDeployment(latest: StoredDeployment): boolean {
  const { resources = [], pending_operations = [] } = latest;
  const isResource = (value: unknown): boolean => {
    const { urn, type } = (value ?? {}) as Partial<StoredResource>;
    return typeof urn === "string" && isUrn(urn) && typeof type === "string";
  };
  return (
    isObject(latest as unknown as Value) &&
    Array.isArray(resources ?? []) &&
    (resources ?? []).every(isResource) &&
    Array.isArray(pending_operations ?? []) &&
    (pending_operations ?? []).every((operation) => isResource(operation?.resource))
  );
}

export const records = ({ resources, pending_operations }: StoredDeployment): boolean =>
  Boolean(resources?.length || pending_operations?.length);
