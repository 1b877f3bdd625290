import { z } from "zod";
import { purposes } from "../../../components/services.ts";
import type { Effect } from "../../../core/setting.ts";
import { settingsSchema } from "../schema.ts";
import { secretNames } from "../secrets.ts";
import { type Leaf, leavesOf, opened } from "./leaves.ts";

const effects: Record<Effect, string> = {
  none: "nothing that runs changes",
  reload: "the services take it as they run",
  rolling:
    "rolling restart: containers are made anew, one after the other, each fit before the next is touched; data stays",
  replacement: "what it belongs to is removed and made anew",
  refused: "can't be changed while the environment is there",
};

/** Type and unit by what a value is; any other kind is its own type. */
const kinds: Record<string, [type: string, unit: string]> = {
  count: ["whole number", ""],
  percent: ["whole number", "percent"],
  duration: ["duration", "`ms`, `s`, `m`, `h`, `d`"],
  days: ["duration", "whole `d`, or `forever`"],
  size: ["size", "`K`, `M`, `G`"],
  line: ["text", ""],
  name: ["name", ""],
  address: ["IPv4 address", ""],
  cluster: ["name", ""],
  endpoint: ["Docker endpoint", ""],
  file: ["path", ""],
  recipient: ["name", ""],
  server: ["name or address", ""],
  "mail server": ["name or address", ""],
};

/** `docs/settings.md`: each setting by its path, of what stands beside it in the schema. */
export function settingsPage(): string {
  const sections = Object.entries(settingsSchema.shape).map(([name, schema]) => {
    const leaves = leavesOf(schema, name);
    const { description } = opened(schema).facts;
    const about = leaves.length === 1 && leaves[0]!.path === name ? "" : `${description}\n\n`;
    return `## ${name}\n\n${about}${table(leaves)}`;
  });
  const roles = purposes.map(({ role, purpose }) => `| \`${role}\` | ${purpose} |`);
  const secrets = Object.entries(secretNames).map(([name, what]) => `| \`${name}\` | ${what} |`);
  return `# Settings

Made by \`npm run docs:settings\` of what stands beside each setting in \`stacks/settings/schema.ts\`: change it there.

A settings file is \`stacks/Pulumi.<environment>.yaml\`; each name below has \`trivet:\` before it there. \`[]\` is each entry of a list.
Unknown names are refused, and all problems of a file are told at once, before anything is made. An editor with the YAML language server
completes and checks by \`stacks/settings.schema.json\`, which the first line of the file names.

What a change does to an environment that runs:

${Object.entries(effects)
  .map(([effect, text]) => `- **${effect}**: ${text}.`)
  .join("\n")}

${sections.join("\n\n")}

## Roles of hosts

Each host gets chrony as well; a host with \`database\` and without \`discovery\` gets a Consul agent.

| Role | What a host with it is for |
|---|---|
${roles.join("\n")}

## Secrets

With \`secrets: configured\` each of these is set as a secret; none may be with \`generated\`.

| Setting | What it is |
|---|---|
${secrets.join("\n")}
`;
}

function table(leaves: readonly Leaf[]): string {
  const rows = leaves.map((leaf) => {
    const { path, facts } = leaf;
    const [type, unit] = typeOf(leaf);
    return `| ${[`\`${path}\``, type, unit, fallbackText(leaf), facts.description, facts.effect].join(" | ")} |`;
  });
  return ["| Setting | Type | Unit | Default | What it does | A change |", "|---|---|---|---|---|---|", ...rows].join(
    "\n",
  );
}

function typeOf({ schema, element, facts: { kind = "" } }: Leaf): [type: string, unit: string] {
  const value = element ?? schema;
  const [type, unit] =
    value instanceof z.ZodEnum ? [value.options.map(code).join(", "), ""] : (kinds[kind] ?? [kind, ""]);
  if (value instanceof z.ZodUnion && value.options.some((option) => option instanceof z.ZodBoolean)) {
    return ["`true`, `false`, or a list of names", ""];
  }
  const range = value instanceof z.ZodNumber && kind !== "port" ? `, ${value.minValue} to ${value.maxValue}` : "";
  return [`${element ? "list: " : ""}${type}${range}`, unit];
}

function fallbackText({ fallback, needed, facts: { without } }: Leaf): string {
  if (needed) return "needed";
  if (fallback === undefined) return without ?? "none";
  return Array.isArray(fallback) && fallback.length === 0 ? "none" : code(fallback);
}

const code = (value: unknown) => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
