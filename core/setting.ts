import { z } from "zod";

/**
 * What a change of a setting does to an environment that runs. `none`: nothing that runs changes. `reload`: the services take it as
 * they run. `rolling`: containers are made anew, one after the other, each fit before the next; data stays. `replacement`: what it
 * belongs to is removed and made anew. `refused`: it can't be changed.
 */
export type Effect = "none" | "reload" | "rolling" | "replacement" | "refused";

/** What is known of a setting beside its rule: what stands in `docs/settings.md`, and what an editor shows. */
export interface SettingFacts {
  /** What a value is, in one word: `duration`. The wrong values that a test tries follow from it. */
  kind?: string;
  description?: string;
  effect?: Effect;
  /** What holds where it is not given and the schema has no default. */
  without?: string;
}

export const settingFacts = z.registry<SettingFacts>();

/** Says what a value of the schema is. */
export const described = <S extends z.ZodType>(kind: string, schema: S): S => about(schema, { kind });

/** A setting: what it does, and what a change of it does. */
export const setting = <S extends z.ZodType>(
  effect: Effect,
  description: string,
  schema: S,
  { without }: Pick<SettingFacts, "without"> = {},
): S => about(schema, { effect, description, ...(without && { without }) });

/** Settings that belong together. */
export const group = <S extends z.ZodType>(description: string, schema: S): S => about(schema, { description });

/** A schema of its own, so that others which are made of the same one keep their facts. */
function about<S extends z.ZodType>(schema: S, facts: SettingFacts): S {
  const own = schema.clone(schema.def, { parent: true }) as S;
  settingFacts.add(own, facts);
  return own;
}
