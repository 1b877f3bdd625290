import { isCollection, isMap } from "yaml";
import { z } from "zod";
import { watchedHostSchema } from "../../components/icinga/watched.ts";
import { type Problem, pathText } from "../../core/problem.ts";
import { schemaProblems } from "../../core/schema.ts";
import { placeText } from "./place.ts";
import type { Sighting } from "./sighting.ts";
import { parseYaml } from "./yaml.ts";

const fileSchema = z.strictObject({ hosts: z.array(z.unknown()) });

/**
 * Reads a Trivet hosts file:
 *
 * ```yaml
 * hosts:
 *   - name: plain1
 *     address: 198.18.3.61
 *     domain: fd3
 *     groups: [plain]               # none unless given
 *     checks:                       # [ping] unless given
 *       - ping
 *       - { kind: http, port: 8080, warning: 500ms, critical: 2s }
 * ```
 *
 * The options of each check: components/icinga/watched.ts.
 */
export function readHostsFile(file: string, text: string, problems: Problem[]): Sighting[] {
  const yaml = parseYaml(file, text, "1.2", problems);
  if (!yaml.readable) return [];
  const { root } = yaml;
  const value = yaml.plain(root) ?? {};
  const tell = (path: readonly PropertyKey[], problem: Omit<Problem, "where">) => {
    const where = `${placeText(yaml.place(nodeAt(root, path)))} (${pathText(path) || "the file"})`;
    problems.push({ where, ...problem });
  };
  const wrong = schemaProblems(fileSchema, value);
  for (const { path, ...problem } of wrong) tell(path, problem);
  const hosts = (value as { hosts?: unknown }).hosts;
  return (Array.isArray(hosts) ? hosts : []).flatMap((raw, index) => {
    const host = withDefaults(raw);
    const found = schemaProblems(watchedHostSchema, host);
    for (const { path, ...problem } of found) tell(["hosts", index, ...path], problem);
    if (found.length > 0) return [];
    return [{ ...watchedHostSchema.parse(host), place: placeText(yaml.place(nodeAt(root, ["hosts", index]))) }];
  });
}

/** A check may be its kind alone. */
function withDefaults(host: unknown): unknown {
  if (typeof host !== "object" || host === null) return host;
  const { checks = ["ping"], groups = [], ...rest } = host as Record<string, unknown>;
  const written = Array.isArray(checks)
    ? checks.map((check) => (typeof check === "string" ? { kind: check } : check))
    : checks;
  return { ...rest, groups, checks: written };
}

/** The node at a path, or the nearest one around it; for a key of a mapping, the key. */
function nodeAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let node: unknown = root;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String((key as { value?: unknown }).value ?? key) === String(part));
      if (!pair) return node;
      node = isCollection(pair.value) ? pair.value : pair.key;
    } else if (isCollection(node)) {
      node = node.get(part, true) ?? node;
    } else return node;
  }
  return node;
}
