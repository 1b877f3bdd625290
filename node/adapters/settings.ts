import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "../../core/sql.ts";
import type { Log } from "../ports.ts";
import { type Answer, errors, inSession, type Login, refusalText, type Session, statementsIn } from "./session.ts";

/** Milliseconds for each statement: where it waits for what is under way, it takes long. */
const LIMIT = 60_000;
const FIRST = 5_000;

/** What came of it; for people, a line each. */
export interface Applied {
  ok: boolean;
  said: string[];
}

/**
 * Makes the running database take what differs from its own settings in `running.cnf`, at that path: all of it, or nothing. Then its users get
 * their limits (`limits.sql` beside it). Where none runs there is nothing to do: it reads them when it starts.
 */
export async function applySettings(login: Login, path: string, log: Log): Promise<Applied> {
  const [conf, limits] = await Promise.all([path, join(dirname(path), "limits.sql")].map(read));
  return inSession(login, (session) => takeAll(session, { path, conf, limits }, log));
}

const read = (path: string) => readFile(path, "utf8").catch(() => "");

export async function takeAll(
  session: Session,
  { path, conf = "", limits = "" }: { path: string; conf?: string; limits?: string },
  log: Log,
): Promise<Applied> {
  const first = await session.ask("SELECT 1", FIRST);
  if ("refused" in first && first.errno === undefined) {
    return { ok: true, said: [`no database runs here: it reads its settings when it starts (${first.refused})`] };
  }
  if ("refused" in first) return { ok: false, said: [`MariaDB lets nobody ask it: ${refusalText(first)}`] };
  const wanted = settingsIn(conf);
  if (wanted.length === 0) {
    return { ok: false, said: [`${path} has no settings: expected a line for each, name = value`] };
  }
  const before: Setting[] = [];
  for (const { name } of wanted) {
    const value = textOf(await session.ask(`SELECT @@global.${name} AS value`, LIMIT));
    if (value !== undefined) before.push({ name, value });
  }
  const refused = await inPasses(session, wanted, log);
  if (refused !== undefined) {
    const back = await inPasses(session, before, log);
    return {
      ok: false,
      said: [`MariaDB does not take ${refused}`, ...(back === undefined ? [] : [`and not all is as it was: ${back}`])],
    };
  }
  for (const { sql, line } of statementsIn(limits)) {
    const answer = await session.ask(sql, LIMIT);
    if (!("refused" in answer)) continue;
    // A node that is about to join has them from the others.
    if (answer.errno === errors.notReady) break;
    return { ok: false, said: [`MariaDB does not take the limits of its users: ${refusalText(answer, line)}`] };
  }
  return { ok: true, said: [] };
}

interface Setting {
  name: string;
  value: string;
}

const settingsIn = (conf: string): Setting[] =>
  [...conf.matchAll(/^(?:loose_)?([a-z_]+) *= *(.*)$/gm)].map(([, name, value]) => ({ name: name!, value: value! }));

const textOf = (answer: Answer): string | undefined =>
  "rows" in answer ? (answer.rows[0]?.value ?? undefined) : undefined;

/** What is refused may be taken once another is set, since limits tie some together. Gives the one that is not taken at last. */
async function inPasses(session: Session, settings: readonly Setting[], log: Log): Promise<string | undefined> {
  let pending = settings;
  let refused: string | undefined;
  while (pending.length > 0) {
    const left: Setting[] = [];
    for (const setting of pending) {
      const why = await take(session, setting, log);
      if (why === undefined) continue;
      refused = why;
      left.push(setting);
    }
    if (left.length === pending.length) return refused;
    pending = left;
  }
  return undefined;
}

/** Why it is not taken. MariaDB may take another value than the one given, with a warning only. */
async function take(session: Session, { name, value }: Setting, log: Log): Promise<string | undefined> {
  const literal = /^[0-9.]+$/.test(value) ? value : text(value);
  const is = async () => textOf(await session.ask(`SELECT @@global.${name} = ${literal} AS value`, LIMIT)) === "1";
  if (await is()) return undefined;
  const set = await session.ask(`SET GLOBAL ${name} = ${literal}`, LIMIT);
  // They are those of the statement before.
  const warnings = "rows" in set ? await session.ask("SHOW WARNINGS", LIMIT) : set;
  if (await is()) {
    log.say(`${name} = ${value}`);
    return undefined;
  }
  return `${name} = ${value}: ${"refused" in warnings ? refusalText(warnings) : warningText(warnings)}`;
}

function warningText({ rows }: Extract<Answer, { rows: unknown }>): string {
  const last = rows.at(-1);
  return last ? `${last.Level} (Code ${last.Code}): ${last.Message}` : "it keeps another value";
}
