import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { UnsupportedError } from "../errors.ts";
import { ARCHIVE, ASSET, isObject, type Props, SIGNATURE, some, type Value } from "./values.ts";

const sha256 = (data: Buffer | string): string => createHash("sha256").update(data).digest("hex");

const isAsset = (value: Value): value is Props =>
  isObject(value) && (value[SIGNATURE] === ASSET || value[SIGNATURE] === ARCHIVE);

/**
 * Fills in the `hash` of assets and archives, by which providers see that content changed: in Pulumi this is the
 * engine's part, not the SDK's. Paths are relative to `directory`.
 */
export function hashAssets(props: Props, directory: string): Props {
  if (!some(props, isAsset)) return props;
  return Object.fromEntries(Object.entries(props).map(([key, value]) => [key, hashed(value, directory)]));
}

function hashed(value: Value, directory: string): Value {
  if (Array.isArray(value)) return value.map((item) => hashed(item, directory));
  if (!isObject(value)) return value;
  if (!isAsset(value)) return hashAssets(value, directory);
  // The SDK's own markers (`__pulumiAsset`) are no part of the value.
  const own = Object.fromEntries(Object.entries(value).filter(([key, v]) => !key.startsWith("__") && v !== null));
  if (typeof own.uri === "string") throw new UnsupportedError(`A remote asset (${own.uri})`);
  if (isObject(own.assets)) {
    const assets = hashAssets(own.assets, directory);
    const parts = Object.keys(assets)
      .sort()
      .map((name) => [name, (assets[name] as Props).hash]);
    return { ...own, assets, hash: sha256(JSON.stringify(parts)) };
  }
  if (typeof own.path === "string") return { ...own, hash: hashPath(resolve(directory, own.path)) };
  return { ...own, hash: typeof own.text === "string" ? sha256(own.text) : "" };
}

function hashPath(path: string): string {
  if (statSync(path).isFile()) return sha256(readFileSync(path));
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return sha256(files.map((file) => `${relative(path, file)}:${sha256(readFileSync(file))}`).join("\n"));
}
