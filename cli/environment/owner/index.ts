import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../../core/errors.ts";
import { StateError } from "../../../engine/index.ts";
import type { StoredDeployment } from "../../engine/engine.ts";
import { recordedState } from "../../engine/keeper.ts";
import { mustNotBeLost, whySealed } from "../../engine/passphrase.ts";
import { LOCAL } from "../../setup/docker.ts";
import { type EnvironmentObject, objectsOf } from "../objects.ts";
import { copyEndpoints, readCopy, type Whereabouts } from "./copy.ts";
import { judgeOwner, type Look, recordOf } from "./judge.ts";
import { foreignText, newerText, shortText } from "./text.ts";

/** Milliseconds that a Docker daemon may take to list what it has. */
const PATIENCE = 5_000;

/** The Docker endpoints of an environment. */
export const endpointsOf = ({ lab, hosts }: Whereabouts): string[] =>
  lab ? [LOCAL] : [...new Set(hosts.flatMap(({ endpoint }) => endpoint ?? []))];

/**
 * Looks whose the objects of an environment are: on the endpoints that its state names, and on `more`. One that does not answer
 * tells nothing: nothing can be made there either.
 *
 * @throws {StateError} when the state's file holds none
 */
export const lookAtOwner = async (environment: string, more: readonly string[] = []): Promise<Look> =>
  lookWith(await recordedState(environment), environment, more);

/** As `lookAtOwner`, for whoever puts another state in the place of this one: a file that holds none is no state. */
export async function lookToReplace(environment: string, more: readonly string[] = []): Promise<Look> {
  const state = await recordedState(environment).catch((error) => {
    if (!(error instanceof StateError)) throw error;
    console.error(error.message);
    return undefined;
  });
  return lookWith(state, environment, more);
}

async function lookWith(
  state: StoredDeployment | undefined,
  environment: string,
  more: readonly string[],
): Promise<Look> {
  const record = recordOf(state);
  const endpoints = [...new Set([...record.objects.map(({ endpoint = LOCAL }) => endpoint), ...more])];
  const answers = await Promise.all(
    endpoints.map((endpoint) =>
      objectsOf(endpoint, environment, AbortSignal.timeout(PATIENCE)).then(
        (objects) => ({ endpoint, objects }),
        () => undefined,
      ),
    ),
  );
  const answered = answers.filter((answer) => answer !== undefined);
  const found = answered.flatMap(({ objects }) => objects);
  const owner = judgeOwner(
    found,
    record,
    answered.map(({ endpoint }) => endpoint),
    LOCAL,
  );
  const newer = await reallyNewer(environment, owner.newer, endpoints, state);
  return { ...owner, newer, environment, state, recorded: record.objects, found };
}

/**
 * A container with this state's label and an id that it does not know: another copy of the state made it, unless the copy
 * beside the environment, which each `up` leaves, says the same as ours. Then it was made anew by hand, and is this state's.
 */
async function reallyNewer(
  environment: string,
  newer: EnvironmentObject[],
  endpoints: readonly string[],
  state: StoredDeployment | undefined,
): Promise<EnvironmentObject[]> {
  if (newer.length === 0) return newer;
  const copy = await readCopy(environment, endpoints).catch(() => undefined);
  return copy && isDeepStrictEqual(copy.state.resources, state?.resources) ? [] : newer;
}

/**
 * Looks before something is made: it is this state's, and its secrets can be read.
 *
 * @throws {UserError} when it is not, with the ways on
 */
export async function mustOwn(environment: string, where: Whereabouts): Promise<Look> {
  const look = await lookAtOwner(environment, endpointsOf(where));
  const sealed = look.state && (await whySealed(look.state));
  if (sealed) {
    throw new UserError(
      `The state of "${environment}" can't be opened: ${sealed}. Nothing was made. Put the right passphrase there, or give it in ` +
        `PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE. If it is lost, the environment can only be removed, with all ` +
        `its data: trivet destroy ${environment} --without-state`,
    );
  }
  if (look.foreign.length > 0) {
    const copy = await readCopy(environment, copyEndpoints(where)).catch(() => undefined);
    throw new UserError(foreignText(look, copy));
  }
  if (look.newer.length > 0) throw new UserError(newerText(look));
  await mustNotBeLost(environment);
  return look;
}

/** One sentence on an environment, or a part of it, that is another state's; undefined when all is this one's. */
export async function whyNotOwn(environment: string): Promise<string | undefined> {
  const state = await recordedState(environment);
  // Settings that can't be read keep nobody from the look; what a state knows is in the state.
  const more = state
    ? []
    : await import("../settings.ts")
        .then(({ loadEnvironment }) => loadEnvironment(environment))
        .then(({ settings }) => endpointsOf(settings))
        .catch(() => [LOCAL]);
  return shortText(await lookAtOwner(environment, more));
}
