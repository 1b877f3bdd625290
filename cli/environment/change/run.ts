import { Failure } from "../../../core/errors.ts";
import type { Result } from "../../engine/engine.ts";
import type { Stage } from "./stages.ts";

/** What a change is done by. */
export interface Doing {
  /** One run of the engine, of these URNs alone where they are given. */
  up(targets: string[] | undefined): Promise<Result>;
  /** Waits until all is well. @throws {Failure} when it does not become so */
  healthy(): Promise<unknown>;
  /** A domain's turn begins. */
  begins(domain: string): void;
  /** It has the new settings. */
  has(domain: string): void;
}

/**
 * Does one run after the other, and between them waits until all is well. Ends with the first that fails.
 *
 * @returns all runs as one; undefined where there is nothing to do
 * @throws {Failure} when it is not well between two of them: says what was left as it was
 */
export async function runStages(
  environment: string,
  stages: readonly Stage[],
  { up, healthy, begins, has }: Doing,
): Promise<Result | undefined> {
  let all: Result | undefined;
  for (const [at, { domain, targets }] of stages.entries()) {
    if (domain) begins(domain);
    all = together(all, await up(targets));
    if (!all.ok) return all;
    if (!domain) continue;
    has(domain);
    const left = stages.slice(at + 1);
    if (left.length === 0) continue;
    await healthy().catch((error) => {
      throw error instanceof Failure ? new Failure(`${error.message}\n${stoppedText(environment, left)}`) : error;
    });
  }
  return all;
}

function stoppedText(environment: string, left: readonly Stage[]): string {
  const untouched = left.flatMap(({ domain }) => domain ?? []).join(", ");
  return `Stopped here${untouched && `; as before are ${untouched}`}. Go on when it is healthy: trivet up ${environment}`;
}

/** Of two runs, one result: what the last one left, and what both did. What stayed the same is counted once. */
function together(before: Result | undefined, last: Result): Result {
  if (!before) return last;
  const changes = { ...before.changes };
  for (const [op, count] of Object.entries(last.changes) as [keyof Result["changes"], number][]) {
    changes[op] = op === "same" ? count : (changes[op] ?? 0) + count;
  }
  return { ...last, changes, ms: before.ms + last.ms };
}
