import { z } from "zod";
import { checkSchema } from "../../../components/icinga/watched.ts";
import type { Variable, Variables } from "./inventory.ts";

/**
 * Options of checks as Ansible variables: `trivet_<check>_<option>`, the option in snake case. `trivet_http_port`,
 * `trivet_disk_warning`, `trivet_ssh_on_agent`, … A list may be comma separated; limits of ping are `"100ms,5%"`.
 */
interface CheckVariable {
  kind: string;
  option: string;
  schema: z.core.$ZodType;
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const checkVariables: ReadonlyMap<string, CheckVariable> = new Map(
  checkSchema.options.flatMap(({ shape }) => {
    const kind = shape.kind.value;
    return Object.entries(shape)
      .filter(([option]) => option !== "kind")
      .map(([option, schema]) => [`trivet_${kind}_${snake(option)}`, { kind, option, schema }] as const);
  }),
);

/** Kinds of checks that a host can ask for. */
export const checkKinds: string[] = checkSchema.options.map(({ shape }) => shape.kind.value);

/** A check as its schema takes it, and which variable gave which of its options. */
export interface CheckDraft {
  check: unknown;
  origins: Map<string, { name: string; variable: Variable }>;
}

/** The checks that `trivet_checks` asks for: kinds, or mappings whose own options go before the variables'. */
export function checksOf(asked: readonly unknown[], variables: Variables): CheckDraft[] {
  return asked.map((item) => {
    const own = typeof item === "string" ? { kind: item } : item;
    const origins: CheckDraft["origins"] = new Map();
    if (typeof own !== "object" || own === null) return { check: own, origins };
    const options: Record<string, unknown> = {};
    for (const [name, { kind, option, schema }] of checkVariables) {
      const variable = variables.get(name);
      if (!variable || kind !== (own as { kind?: unknown }).kind || option in own) continue;
      options[option] = reading(schema, variable.value);
      origins.set(option, { name, variable });
    }
    return { check: { ...own, ...options }, origins };
  });
}

/** The reading of a value that its schema takes: INI has no way to write some of them. The value itself when none fits. */
function reading(schema: z.core.$ZodType, value: unknown): unknown {
  return readings(value).find((each) => z.safeParse(schema, each).success) ?? value;
}

function readings(value: unknown): unknown[] {
  if (typeof value === "number") return [value, String(value)];
  if (typeof value !== "string") return [value];
  const parts = commaSeparated(value);
  const rtt = parts.find((part) => !part.endsWith("%"));
  const loss = parts.find((part) => part.endsWith("%"));
  const limits = { ...(rtt && { rtt }), ...(loss && { loss }) };
  return [value, ...truth(value), parts, parts.map(Number), ...(parts.length <= 2 ? [limits] : [])];
}

/** A list written as a text. */
export const commaSeparated = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);

/** What Ansible takes for true and false. */
export function truth(text: string): boolean[] {
  if (/^(true|yes|y|on|t)$/i.test(text)) return [true];
  return /^(false|no|n|off|f)$/i.test(text) ? [false] : [];
}
