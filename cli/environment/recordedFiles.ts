import { isSecret, type ResourceState, stripSecrets, type Value } from "../../engine/index.ts";
import type { RecordedFile } from "../../operations/export/index.ts";

export const CONTAINER = "docker:index/container:Container";
export const CONFIG_FILES = "trivet:index:ConfigFiles";

/** A file in a container, as a state with its secrets opened records it: by its content, or as a file of this machine. */
export interface FileRecord extends Omit<RecordedFile, "content"> {
  content?: string | Buffer;
  source?: string;
}

/** The files that a resource puts into a container: uploaded when it was made, or put into a folder of a running one. */
export function filesOf({ type, inputs }: Pick<ResourceState, "type" | "inputs">): FileRecord[] {
  if (type === CONTAINER) return items(inputs.uploads).map(uploadedFile);
  return type === CONFIG_FILES ? settingsFiles(inputs) : [];
}

// biome-ignore lint/suspicious/noExplicitAny: inputs of any resource
export const plain = (value: Value | undefined): any =>
  value === undefined ? undefined : stripSecrets({ value }).value;

/** The items of a list, each a secret where the list is one. */
function items(list: Value | undefined): { item: Record<string, Value>; secret: boolean }[] {
  const secret = isSecret(list);
  const found = (secret ? plain(list) : (list ?? [])) as Value[];
  return found.map((item) => ({
    item: (isSecret(item) ? plain(item) : item) as Record<string, Value>,
    secret: secret || isSecret(item),
  }));
}

function uploadedFile({ item, secret }: { item: Record<string, Value>; secret: boolean }): FileRecord {
  const { file, content, contentBase64, source, executable, permissions } = plain(item);
  return {
    path: file.startsWith("/") ? file : `/${file}`,
    ...(content || contentBase64 || !source
      ? { content: content || (contentBase64 ? Buffer.from(contentBase64, "base64") : "") }
      : { source }),
    mode: permissions || (executable ? "0744" : "0644"),
    secret: secret || isSecret(item.content) || isSecret(item.contentBase64),
  };
}

/** Files that a running service takes in place: to a new container they are given before it starts. */
function settingsFiles(inputs: Record<string, Value>): FileRecord[] {
  const whole = isSecret(inputs.files);
  const files = (whole ? plain(inputs.files) : inputs.files) as Record<string, Value>;
  return Object.entries(files).map(([path, content]) => ({
    path: `${plain(inputs.folder)}/${path}`,
    content: plain(content),
    mode: "0644",
    secret: whole || isSecret(content),
  }));
}
