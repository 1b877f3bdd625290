import { isObject, isSecret, type Props, type Value } from "./values.ts";

/** A property path, as `ignoreChanges` and detailed diffs name a place: `a.b[0]["c.d"].*` */
export type Path = (string | number)[];

const SEGMENT = /\.?([^.[\]"]+)|\[(\d+)\]|\[\*\]|\["((?:[^"\\]|\\.)*)"\]/g;

export function parsePath(text: string): Path {
  return [...text.matchAll(SEGMENT)].map(([, key, index, quoted]) => {
    if (key !== undefined) return key;
    if (index !== undefined) return Number(index);
    return quoted === undefined ? "*" : quoted.replace(/\\(.)/g, "$1");
  });
}

/** Whether `inner` is the place `outer` or lies below it. */
export function pathContains(outer: Path, inner: Path): boolean {
  return outer.length <= inner.length && outer.every((key, at) => key === "*" || String(key) === String(inner[at]));
}

/** The inputs with what is at `path` put back to its old value, or taken out when there was none (`ignoreChanges`). */
export function keepOld(inputs: Props, old: Props, path: Path): Props {
  return keep(inputs, old, path) as Props;
}

function keep(now: Value, old: Value | undefined, path: Path): Value {
  const [key, ...rest] = path;
  if (key === undefined) return old ?? now;
  const current = isSecret(now) ? now.value : now;
  const former = isSecret(old) ? old.value : old;

  if (key === "*") {
    const keys = Array.isArray(current)
      ? current.map((_, index) => index)
      : Object.keys({ ...(isObject(current) ? current : {}), ...(isObject(former) ? former : {}) });
    return keys.reduce<Value>((value, each) => keep(value, former, [each, ...rest]), current);
  }
  if (Array.isArray(current)) {
    const index = Number(key);
    const before = Array.isArray(former) ? former[index] : undefined;
    if (rest.length > 0) return current.map((item, at) => (at === index ? keep(item, before, rest) : item));
    return before === undefined ? current.toSpliced(index, 1) : current.toSpliced(index, 1, before);
  }
  if (!isObject(current)) return current;

  const before = isObject(former) ? former[String(key)] : undefined;
  const { [String(key)]: present, ...others } = current;
  if (rest.length > 0) return present === undefined ? current : { ...others, [key]: keep(present, before, rest) };
  return before === undefined ? others : { ...others, [key]: before };
}
