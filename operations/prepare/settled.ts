import { Failure } from "../../core/errors.ts";
import type { Problem } from "../../core/health.ts";
import { remaining } from "../../core/retry.ts";

/** Milliseconds in which an environment that runs gets over a change of a host: an election on a busy machine, a node that joins again. */
const PATIENCE = 3 * 60_000;
/** The same before anything is changed: only what lasts longer is wrong with it. */
const REST = 30_000;

/** The same problem may say another figure the next time. */
const key = ({ rule, service, node }: Problem): string => `${rule} ${service} ${node?.service.host}`;

type Look = () => Promise<readonly Problem[]>;

export interface Waiting {
  /** Milliseconds. */
  patience?: number;
  /** Is told what is waited for. */
  say?: (what: string) => void;
}

/** What is wrong with an environment that runs, and stays so for half a minute: an election that is under way is over by then. */
export const lastingProblems = (look: Look, { patience = REST, say }: Waiting = {}): Promise<readonly Problem[]> =>
  remaining(told(look, say), 1_000, patience);

/**
 * Waits until a running environment has no problem that it did not have before, for three minutes: one that was ill already may be prepared.
 *
 * @throws {Failure} with what is worse since, when it stays so
 */
export async function untilNoWorse(
  host: string,
  before: readonly Problem[],
  look: Look,
  { patience = PATIENCE, say }: Waiting = {},
): Promise<void> {
  const known = new Set(before.map(key));
  const since = async () => (await look()).filter((problem) => !known.has(key(problem)));
  const worse = await remaining(told(since, say), 1_000, patience);
  if (worse.length === 0) return;
  const list = worse.map(({ text }) => `  - ${text}`).join("\n");
  throw new Failure(
    `Since ${host} was changed, this is not well, and was not within ${patience / 1_000} s, so no other host is touched:\n${list}`,
  );
}

const told =
  (look: Look, say: Waiting["say"] = () => {}): Look =>
  async () => {
    const problems = await look();
    const [first, ...others] = problems;
    if (first) say(`waiting: ${first.text}${others.length > 0 ? ` (and ${others.length} more)` : ""}`);
    return problems;
  };
