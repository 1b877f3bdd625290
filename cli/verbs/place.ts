import { UserError } from "../../core/errors.ts";

/**
 * What becomes of a command that names no environment: it is refused; it is about the only one there is, since it only looks; it is about
 * `dev`, as the command once had it, and that is said; or it needs none.
 */
export type LeftOut = "refused" | "the only one" | "dev" | "not needed";

/** What a command takes after its environment. */
export interface What {
  name: string;
  required: boolean;
}

export interface Typed {
  /** The verb, with its own: `["bench", "up"]`. */
  verb: readonly string[];
  /** All that was typed after `trivet`. */
  line: readonly string[];
  /** Those of it that are neither the verb nor an option. */
  words: readonly string[];
  /** Of `--env`, the older form. */
  env?: string;
}

/** Names of environments: those with settings, and those of which something is recorded. */
export interface Known {
  settings: readonly string[];
  recorded: readonly string[];
}

export interface Placed {
  /** Undefined where none is needed and none was named. */
  environment?: string;
  /** In the order of `What`; those that were left out are not there. */
  words: string[];
  /** A sentence for who used an older form. */
  notice?: string;
}

/**
 * Which environment a command is about: the word after the verb; else that of `--env`; else what `leftOut` says.
 *
 * @throws {UserError} when it is not named, or something else is missing or too much
 */
export function place(typed: Typed, what: readonly What[], leftOut: LeftOut, known: Known): Placed {
  const { words, env } = typed;
  const all = [...new Set([...known.settings, ...known.recorded])].sort();
  const first = firstIsEnvironment(typed, what, all) ? words[0] : undefined;
  const rest = enough(first === undefined ? [...words] : words.slice(1), what, typed);
  if (env !== undefined) {
    if (first !== undefined && first !== env) throw twice(typed, first, env);
    const notice = `--env is the older form. Write: ${newForm(typed, first === undefined ? env : undefined)}`;
    return { environment: env, words: rest, notice };
  }
  if (first !== undefined) return { environment: first, words: rest };
  if (leftOut === "not needed") return { words: rest };
  if (leftOut === "the only one") {
    const there = known.recorded.length > 0 ? known.recorded : known.settings;
    if (there.length === 1) return { environment: there[0]!, words: rest };
  }
  if (leftOut === "dev" && all.includes("dev")) {
    const notice = `No environment is named, so it is dev, as in the older form. Write: ${newForm(typed, "dev")}`;
    return { environment: "dev", words: rest, notice };
  }
  throw unnamed(all, newForm(typed, "<environment>"));
}

/** One word more than the command takes beside it, or one that is the name of an environment where something else may be left out. */
function firstIsEnvironment({ words, env }: Typed, what: readonly What[], all: readonly string[]): boolean {
  if (words.length > what.length) return true;
  const least = what.filter(({ required }) => required).length;
  // `restart galera --env galera`
  if (env !== undefined && words.length === least) return false;
  return words[0] !== undefined && all.includes(words[0]);
}

function enough(words: string[], what: readonly What[], { verb }: Typed): string[] {
  const missing = what[words.length];
  if (missing?.required) {
    throw new UserError(
      `The ${missing.name} is missing. Expected: trivet ${[...verb, "<environment>", ...what.map(form)].join(" ")}`,
    );
  }
  return words;
}

export const form = ({ name, required }: What) => (required ? `<${name}>` : `[${name}]`);

function unnamed(all: readonly string[], usage: string): UserError {
  const one = all.length > 0 ? `one of ${all.join(", ")}` : "one with settings in stacks/, and there are none";
  return new UserError(`No environment is named: expected ${one}. Write: ${usage}`);
}

function twice({ verb }: Typed, first: string, env: string): UserError {
  return new UserError(
    `Two environments are named, "${first}" and by --env "${env}". Write one of them, after the verb: trivet ${verb.join(" ")} ${env}`,
  );
}

/** The line as it is to be typed: the environment after the verb where it is not there yet, no `--env`. */
function newForm({ verb, line }: Typed, environment: string | undefined): string {
  const others: string[] = [];
  const rest = line.slice(verb.length);
  for (let at = 0; at < rest.length; at++) {
    const part = rest[at]!;
    if (part === "--env" || part === "-e") at++;
    else if (!/^(--env=|-e.)/.test(part)) others.push(part);
  }
  return ["trivet", ...verb, ...(environment === undefined ? [] : [environment]), ...others].map(quoted).join(" ");
}

/** As a shell takes it. `<environment>` stands for what a person is to put there. */
const quoted = (part: string) =>
  /^[\w@%+=:,./-]+$|^<environment>$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`;
