import pRetry from "p-retry";
import { z } from "zod";
import type { ClusterPlace, HealthGateInputs } from "../components/health.ts";
import { every } from "../core/retry.ts";
import { exec } from "../hosts/exec.ts";
import { lastWords } from "../hosts/lastWords.ts";
import { endText, lifeIn, steadiness } from "../hosts/life.ts";
import { reach } from "../hosts/reach.ts";
import { type Context, containerAddress, type Kind } from "./kind.ts";

/**
 * How many members have to be there before the next one may be touched: when a node is new, those that were made before it;
 * when it was changed, all that were members already. One that moves to another address is made anew, and comes later.
 * `without`: hosts, among those that come later, that a person says to go on without.
 */
export function fullSize(
  before: ClusterPlace | undefined,
  { members, place }: ClusterPlace,
  without: readonly string[],
): number {
  if (!before) return place + 1;
  const known = members.filter(
    ({ host, address }, index) =>
      before.members.some((member) => member.address === address) && !(index > place && without.includes(host)),
  );
  return known.length;
}

/** @throws while a node is not fit, or does not see a cluster of that size; a cluster that is being formed has none yet. */
function judge({ code, output }: { code: number; output: string }, size: number): void {
  if (code !== 0) throw new Error(output || `health ended with ${code}`);
  let seen: number | undefined;
  try {
    seen = JSON.parse(output).clusterSize;
  } catch {
    // Not every service tells its state in one line of JSON alone.
  }
  if (seen !== undefined && seen < size) {
    throw new Error(
      `fit, but in a cluster of ${seen}, expected ${size}. Bring the others back first (trivet status <environment> tells which), ` +
        "or go on without one: trivet up <environment> --without <host>",
    );
  }
}

/** Milliseconds that one look may take; `health` promises 2 s itself. */
const LOOK = 15_000;

/** Milliseconds that the reason for a failure may take: it comes after the wait has ended. */
const REASON = 3_000;

/** Milliseconds for which a service that Docker had to start again must be fit, in one life, before it is believed. */
const STEADY = 5_000;

/** What Docker knows of a container's ends, and the last error in its log; nothing where it can't be asked. */
async function whyEnded(inputs: HealthGateInputs): Promise<string> {
  try {
    const text = await reach(inputs, { within: REASON }, async (container) => {
      const { State, RestartCount } = await container.inspect();
      return endText(State, RestartCount, () => lastWords(container));
    });
    return text ? `\nOf its container Docker says: ${text}` : "";
  } catch {
    return "";
  }
}

async function waitUntilFit(inputs: HealthGateInputs, size: number, { signal }: Context): Promise<void> {
  const isSteady = steadiness(STEADY);
  const began = performance.now();
  const left = () => Math.max(1, Math.ceil(inputs.timeout * 1000 - (performance.now() - began)));
  let why: Error | undefined;
  const lifeNow = (within: number) =>
    reach(inputs, { within, signal }, async (container) => lifeIn(await container.inspect()));
  const look = async () => {
    const within = Math.min(LOOK, left());
    try {
      const before = await lifeNow(within);
      judge(await exec(inputs, ["health"], within, signal), size);
      const life = await lifeNow(within);
      if (life.startedAt !== before.startedAt) throw new Error("it ended while it was asked");
      if (!isSteady(life, true))
        throw new Error(`fit, but not yet for ${STEADY / 1000} s since Docker started it again`);
    } catch (error) {
      // The last look is cut short by the end of the wait: then the one before knows why.
      if (!why || within === LOOK || left() > 1) why = error as Error;
      throw error;
    }
  };
  try {
    await pRetry(look, { ...every(500, inputs.timeout * 1000), signal });
  } catch {
    signal.throwIfAborted();
    throw new Error(
      `${inputs.container} was not fit within ${inputs.timeout} s, so nothing that depends on it is touched. ` +
        `${inputs.raise ? `${inputs.raise} ` : ""}Its last word: ${why?.message}${await whyEnded(inputs)}`,
    );
  }
}

/** Waits until a container is fit. */
export const healthGate: Kind<HealthGateInputs> = {
  inputs: containerAddress
    .extend({
      containerId: z.string(),
      timeout: z.number().positive(),
      raise: z.string().optional(),
      cluster: z
        .object({
          members: z.array(z.object({ host: z.string(), address: z.string() })),
          place: z.int().min(0),
        })
        .optional(),
      without: z.array(z.string()).optional(),
      settings: z.string().optional(),
    })
    .strict(),
  updates: ["containerId", "endpoint", "settings"],
  replaces: ["container"],
  async create(inputs, context) {
    await waitUntilFit(inputs, inputs.cluster ? fullSize(undefined, inputs.cluster, []) : 0, context);
    return { id: inputs.container, outputs: inputs };
  },
  async update(olds, news, context) {
    const { cluster, without = [] } = news;
    await waitUntilFit(news, cluster ? fullSize(olds.cluster ?? cluster, cluster, without) : 0, context);
    return news;
  },
};
