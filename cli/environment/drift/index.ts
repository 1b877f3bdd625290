import { UserError } from "../../../core/errors.ts";
import { openedResources } from "../../../engine/index.ts";
import { stateKeeper } from "../../engine/keeper.ts";
import { presentPassphrase } from "../../engine/passphrase.ts";
import type { Say } from "../../show/tasks.ts";
import { lookAtOwner } from "../owner/index.ts";
import { driftOfFiles, expectedFiles } from "./files.ts";
import { type Drift, driftIn, driftOf } from "./finding.ts";

export type { Drift } from "./finding.ts";

/**
 * Looks what of an environment is not as it is recorded: resources, files in containers, and what is there beside them. Writes nothing.
 *
 * @throws {UserError} where nothing is recorded, or its passphrase is not here
 */
export async function findDrift(environment: string, say: Say, signal?: AbortSignal): Promise<Drift[]> {
  const keeper = await stateKeeper();
  const state = await keeper.exportState(environment);
  if (!state?.resources?.length) {
    throw new UserError(
      `Nothing is recorded of "${environment}": there is nothing to compare with. trivet up ${environment}`,
    );
  }
  const found: Drift[] = [];
  const { errors } = await keeper.drift({
    environment,
    signal,
    onEvent: (event) => {
      const drift = driftIn(event);
      if (drift) found.push(drift);
    },
  });
  if (signal?.aborted) throw new UserError("Interrupted. Nothing was written.");
  const told = found.some(({ kind }) => kind === "unknown");
  if (!told)
    found.push(...errors.map((detail): Drift => ({ kind: "unknown", name: environment, type: "State", detail })));

  const { foreign, newer } = await lookAtOwner(environment);
  found.push(
    ...[...foreign, ...newer].map(
      ({ kind, name }): Drift => ({
        ...{ kind: "unrecorded", name, type: kind.replace(/^./, (first) => first.toUpperCase()) },
      }),
    ),
  );
  say("comparing files");
  // What is gone or can't be reached has been told.
  const known = new Set(found.map(({ name, type }) => `${type} ${name}`));
  const opened = await openedResources(state, (await presentPassphrase()) ?? "");
  const expected = expectedFiles(opened).filter(({ urn }) => {
    const { name, type } = driftOf("file", urn);
    return !known.has(`${type} ${name}`);
  });
  return [...found, ...(await driftOfFiles(expected))];
}
