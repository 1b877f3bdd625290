import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import structpb from "google-protobuf/google/protobuf/struct_pb.js";

/**
 * A property value, kept in memory just as it travels between program, engine and providers: JSON, in which an object
 * with the key `SIGNATURE` stands for something that JSON has no word for (a secret, an asset, …).
 */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Props = { [key: string]: Value };

// The figures below are the protocol's own (the SDK has them in runtime/rpc).
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
export const ASSET = "c44067f5952c0a294b673a41bacd8c17";
export const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const RESOURCE_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Stands for a value that is not known before the resource exists (preview). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // bool
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // object
  "e48ece36-62e2-4504-bad9-02848725956a", // asset
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // archive
]);

export const isUnknown = (value: Value | undefined): boolean => typeof value === "string" && UNKNOWNS.has(value);

export const isObject = (value: Value | undefined): value is Props =>
  value !== null && typeof value === "object" && !Array.isArray(value);

export const isSecret = (value: Value | undefined): value is { [SIGNATURE]: string; value: Value } =>
  isObject(value) && value[SIGNATURE] === SECRET;

export const secret = (value: Value): Value => (isSecret(value) ? value : { [SIGNATURE]: SECRET, value });

export const toStruct = (props: Props): Struct => structpb.Struct.fromJavaScript(props);

export const fromStruct = (struct: Struct | undefined): Props => (struct ? (struct.toJavaScript() as Props) : {});

/** Rebuilds a value from the leaves up: `change` sees each node after its children. */
export function rewrite(value: Value, change: (value: Value) => Value): Value {
  if (Array.isArray(value)) return change(value.map((item) => rewrite(item, change)));
  if (!isObject(value)) return change(value);
  return change(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewrite(item, change)])));
}

export function some(value: Value, test: (value: Value) => boolean): boolean {
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => some(item, test));
  return isObject(value) && Object.values(value).some((item) => some(item, test));
}

export const hasUnknown = (value: Value): boolean => some(value, isUnknown);
export const hasSecret = (value: Value): boolean => some(value, isSecret);

const rewriteProps = (props: Props, change: (value: Value) => Value): Props =>
  Object.fromEntries(Object.entries(props).map(([key, value]) => [key, rewrite(value, change)]));

/** First-class outputs, as the SDK sends them, become a plain value, a secret or an unknown. */
export const resolveOutputs = (props: Props): Props =>
  rewriteProps(props, (node) => {
    if (!isObject(node) || node[SIGNATURE] !== OUTPUT) return node;
    const value = node.value === undefined ? UNKNOWN : node.value;
    return node.secret ? secret(value) : value;
  });

export const stripSecrets = (props: Props): Props =>
  rewriteProps(props, (node) => (isSecret(node) ? node.value : node));

/** A resource as an input value becomes its id, or its URN when it has none (a component). */
const stripReferences = (props: Props): Props =>
  rewriteProps(props, (node) => {
    if (!isObject(node) || node[SIGNATURE] !== RESOURCE_REFERENCE) return node;
    return "id" in node ? node.id || UNKNOWN : (node.urn ?? null);
  });

/** What a provider said that it understands. */
export interface Accepts {
  secrets: boolean;
  resources: boolean;
}

export function forProvider(props: Props, accepts: Accepts): Props {
  const plain = accepts.secrets ? props : stripSecrets(props);
  return accepts.resources ? plain : stripReferences(plain);
}

/** A provider that does not understand secrets sends plain values: what is named like a secret input is one again. */
export function markSecrets(outputs: Props, inputs: Props): Props {
  const marked: Props = { ...outputs };
  for (const [key, input] of Object.entries(inputs)) {
    const output = marked[key];
    if (output === undefined || isSecret(output)) continue;
    const bothPlainObjects = isObject(output) && isObject(input) && !(SIGNATURE in output) && !(SIGNATURE in input);
    if (bothPlainObjects) marked[key] = markSecrets(output, input);
    else if (hasSecret(input)) marked[key] = secret(output);
  }
  return marked;
}

/** For a person's eyes: `[secret]` in the place of each secret, so that the rest of an object stays readable. */
export const maskSecrets = (props: Props): Props => rewriteProps(props, (node) => (isSecret(node) ? "[secret]" : node));

/** For a person's eyes: `[unknown]` for what only an `up` will tell. */
export const nameUnknowns = (props: Props): Props =>
  rewriteProps(props, (node) => (isUnknown(node) ? "[unknown]" : node));

export function deepEqual(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => deepEqual(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && deepEqual(a[key], b[key]));
}
