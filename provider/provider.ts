import { z } from "zod";
import type { Checked, Failure } from "../engine/plugin/provider.ts";
import type { Change, Recorded, ServedProvider, Subject } from "../engine/plugin/serve.ts";
import { deepEqual, hasUnknown, isUnknown, type Props, UNKNOWN, type Value } from "../engine/wire/values.ts";
import { kinds, type WireKind } from "./kinds.ts";

/** Where a dynamic resource kept its code, as earlier versions made one of each of these. */
const CODE = "__provider";

/** Trivet's own resources over plain property values; `serve` puts them on the wire. */
export class TrivetProvider implements ServedProvider {
  readonly version = "0.1.0";
  readonly #cancel = new AbortController();

  /** It has no settings; a project that is named `trivet`, too, has its own under the same name. */
  checkConfig(): Checked {
    return { inputs: {}, failures: [] };
  }

  /** It manages what any provider before it made. */
  diffConfig(): string[] {
    return [];
  }

  configure(): void {}

  cancel(): void {
    this.#cancel.abort(new Error("The run was interrupted: it is waited for no longer."));
  }

  async check({ type }: Subject, olds: Props, news: Props): Promise<Checked> {
    const kind = kindOf(type);
    const inputs = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== null));
    return { inputs, failures: [...failuresOf(kind, inputs), ...changedOf(kind, olds, inputs)] };
  }

  diff({ type }: Subject, { outputs }: Recorded, news: Props): { changes: Change[]; deleteBeforeReplace: boolean } {
    const kind = kindOf(type);
    const changes = differences(kind, outputs, news);
    if (CODE in outputs) changes.push({ property: CODE, kind: "delete", replaces: false, inInputs: true });
    return { changes, deleteBeforeReplace: kind.deleteBeforeReplace ?? false };
  }

  async create({ type }: Subject, inputs: Props, preview: boolean): Promise<{ id: string; outputs: Props }> {
    const kind = kindOf(type);
    if (preview || hasUnknown(inputs)) return { id: "", outputs: planned(kind, inputs) };
    return kind.create(inputs, { signal: this.#cancel.signal });
  }

  async read({ type }: Subject, id: string, known: Recorded): Promise<({ id: string } & Recorded) | undefined> {
    const outputs = withoutCode(known.outputs);
    const there = (await kindOf(type).exists?.(outputs)) ?? true;
    return there ? { id, inputs: withoutCode(known.inputs), outputs } : undefined;
  }

  async update({ type }: Subject, _id: string, olds: Recorded, news: Props, preview: boolean): Promise<Props> {
    const kind = kindOf(type);
    const outputs = withoutCode(olds.outputs);
    // What was a dynamic resource loses its code, and nothing is done.
    if (CODE in olds.outputs && differences(kind, outputs, news).length === 0) return outputs;
    if (preview || hasUnknown(news)) return planned(kind, { ...outputs, ...news });
    return kind.update ? kind.update(outputs, news, { signal: this.#cancel.signal }) : outputs;
  }

  async delete({ type }: Subject, _id: string, { outputs }: Recorded): Promise<void> {
    await kindOf(type).delete?.(withoutCode(outputs));
  }

  async invoke(token: string): Promise<Props> {
    throw new Error(`Trivet's provider has no function ${token}.`);
  }

  explain(error: unknown): { message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

function kindOf(type: string): WireKind {
  const kind = kinds[type];
  if (kind) return kind;
  throw new Error(`Trivet's provider has no resource ${type}; it has ${Object.keys(kinds).join(", ")}.`);
}

/** Changes by which something has to be done. */
function differences({ updates = [], replaces = [], same = {} }: WireKind, olds: Props, news: Props): Change[] {
  const differ = (property: string) => {
    const [before, after] = [olds[property], news[property]];
    if (deepEqual(before, after)) return false;
    if (before === undefined || after === undefined || hasUnknown(after)) return true;
    return !same[property]?.(before, after);
  };
  const change = (property: string, replacing: boolean): Change => ({
    property,
    kind: olds[property] === undefined ? "add" : news[property] === undefined ? "delete" : "update",
    replaces: replacing,
    inInputs: false,
  });
  return [
    ...replaces.filter(differ).map((property) => change(property, true)),
    ...updates.filter(differ).map((property) => change(property, false)),
  ];
}

/** What is wrong with inputs; one that is not known yet is right. */
function failuresOf(kind: WireKind, inputs: Props): Failure[] {
  const { error } = kind.inputs.safeParse(inputs);
  const issues = error?.issues.filter(({ path }) => !leadsToUnknown(inputs, path)) ?? [];
  return issues.map(({ path, message }) => ({ property: z.core.toDotPath(path), reason: message }));
}

/** Which of the inputs that stay are another value now; an earlier version may not have recorded one. */
const changedOf = ({ kept = {} }: WireKind, olds: Props, news: Props): Failure[] =>
  Object.entries(kept).flatMap(([property, why]) => {
    const [before, after] = [olds[property], news[property]];
    if (before === undefined || deepEqual(before, after) || (after !== undefined && hasUnknown(after))) return [];
    return [{ property, reason: `given ${said(after)}, expected ${said(before)} as before: ${why}` }];
  });

const said = (value: Value | undefined): string => JSON.stringify(value) ?? "nothing";

function leadsToUnknown(inputs: Props, path: readonly PropertyKey[]): boolean {
  let value: Value | undefined = inputs;
  for (const key of path) {
    if (isUnknown(value)) return true;
    value = (value as Props | undefined)?.[String(key)];
  }
  return isUnknown(value);
}

const without = (names: readonly string[], props: Props): Props =>
  Object.fromEntries(Object.entries(props).filter(([name]) => !names.includes(name)));

const withoutCode = (props: Props): Props => without([CODE], props);

/** What a preview can say of what is not there yet. */
const planned = ({ computed = [], hidden = [] }: WireKind, inputs: Props): Props => ({
  ...without(hidden, inputs),
  ...Object.fromEntries(computed.map((name) => [name, UNKNOWN])),
});
