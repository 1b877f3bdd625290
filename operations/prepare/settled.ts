import { Failure } from "../../core/errors.ts";
import type { Problem } from "../../core/health.ts";
import { remaining } from "../../core/retry.ts";

/** Milliseconds in which an environment that runs gets over a change of a host. */
const PATIENCE = 60_000;

/** The same problem may say another figure the next time. */
const key = ({ rule, service, node }: Problem): string => `${rule} ${service} ${node?.service.host}`;

/**
 * Waits until a running environment has no problem that it did not have before: one that was ill already may be prepared.
 *
 * @throws {Failure} with what is worse since, when it stays so
 */
export async function untilNoWorse(
  host: string,
  before: readonly Problem[],
  look: () => Promise<readonly Problem[]>,
  patience = PATIENCE,
): Promise<void> {
  const known = new Set(before.map(key));
  const worse = await remaining(
    async () => (await look()).filter((problem) => !known.has(key(problem))),
    1_000,
    patience,
  );
  if (worse.length === 0) return;
  const list = worse.map(({ text }) => `  - ${text}`).join("\n");
  throw new Failure(`Since ${host} was changed, this is not well, so no other host is touched:\n${list}`);
}
