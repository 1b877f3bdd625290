import type { Values } from "../small.ts";

/** Where a value is: what holds it, its name there, and its path in the settings. */
export interface Place {
  holder: Values;
  name: string;
  path: string;
}

/** The first place where a setting such as `monitoring.notify[].url` is given. */
export function placeIn(values: Values, path: string): Place | undefined {
  const [head, ...rest] = path.split(".") as [string, ...string[]];
  const name = head.replace("[]", "");
  const value = values?.[name];
  if (value === undefined) return undefined;
  if (rest.length === 0) return { holder: values, name, path: name };
  if (!head.endsWith("[]")) return within(placeIn(value, rest.join(".")), name);
  for (const [index, each] of value.entries()) {
    const found = within(placeIn(each, rest.join(".")), `${name}[${index}]`);
    if (found) return found;
  }
  return undefined;
}

const within = (found: Place | undefined, prefix: string) => found && { ...found, path: `${prefix}.${found.path}` };
