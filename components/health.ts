import * as pulumi from "@pulumi/pulumi";
import { lastWords } from "../hosts/lastWords.ts";
import { endText, lifeIn, steadiness } from "../hosts/life.ts";
import { type ContainerAddress, reach, run } from "../hosts/reach.ts";

/** A node's place among all that are to find together. */
export interface ClusterPlace {
  /** All of them, in the order in which they are made. */
  members: { host: string; address: string }[];
  /** Which of them this one is, from 0. */
  place: number;
}

interface Inputs extends ContainerAddress {
  /** By which a replaced container is waited for again. */
  containerId: string;
  /** Seconds that all looks together may take. */
  timeout: number;
  /** A sentence on how to wait longer. */
  raise?: string;
  cluster?: ClusterPlace;
  /** What the running service was told to take: when that changed it is waited for again. */
  settings?: string;
}

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

/** Hosts named by `trivet up --without`. */
const leftOut = () => (process.env.TRIVET_WITHOUT ?? "").split(",");

/** @throws while a node is not fit, or does not see a cluster of that size; a cluster that is being formed has none yet. */
function judge({ code, output }: { code: number | null; output: string }, size: number): void {
  if (code !== 0) throw new Error(output || `health ended with ${code}`);
  let seen: number | undefined;
  try {
    seen = JSON.parse(output).clusterSize;
  } catch {
    // Not every service tells its state in one line of JSON alone.
  }
  if (seen !== undefined && seen < size) {
    throw new Error(
      `fit, but in a cluster of ${seen}, expected ${size}. Bring the others back first (trivet status tells which), ` +
        "or go on without one: trivet up --without <host>",
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
async function whyEnded(inputs: Inputs): Promise<string> {
  try {
    const text = await reach(inputs, REASON, async (container) => {
      const { State, RestartCount } = await container.inspect();
      return endText(State, RestartCount, () => lastWords(container));
    });
    return text ? `\nOf its container Docker says: ${text}` : "";
  } catch {
    return "";
  }
}

async function waitUntilFit(inputs: Inputs, size: number): Promise<void> {
  const { default: retry } = await import("p-retry");
  const isSteady = steadiness(STEADY);
  const began = performance.now();
  const left = () => Math.max(1, Math.ceil(inputs.timeout * 1000 - (performance.now() - began)));
  let why: Error | undefined;
  const lifeNow = (within: number) => reach(inputs, within, async (container) => lifeIn(await container.inspect()));
  const look = async () => {
    const within = Math.min(LOOK, left());
    try {
      const before = await lifeNow(within);
      judge(await run(inputs, ["health"], within), size);
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
  const interval = 500;
  try {
    await retry(look, {
      retries: (inputs.timeout * 1000) / interval,
      factor: 1,
      minTimeout: interval,
      maxRetryTime: inputs.timeout * 1000,
    });
  } catch {
    throw new Error(
      `${inputs.container} was not fit within ${inputs.timeout} s, so nothing that depends on it is touched. ` +
        `${inputs.raise ? `${inputs.raise} ` : ""}Its last word: ${why?.message}${await whyEnded(inputs)}`,
    );
  }
}

const provider: pulumi.dynamic.ResourceProvider<Inputs, Inputs> = {
  async create(inputs) {
    await waitUntilFit(inputs, inputs.cluster ? fullSize(undefined, inputs.cluster, []) : 0);
    return { id: inputs.container, outs: inputs };
  },
  async update(_id, olds, news) {
    await waitUntilFit(news, news.cluster ? fullSize(olds.cluster ?? news.cluster, news.cluster, leftOut()) : 0);
    return { outs: news };
  },
  async diff(_id, olds, news) {
    return {
      changes:
        olds.containerId !== news.containerId ||
        olds.endpoint !== news.endpoint ||
        olds.container !== news.container ||
        olds.settings !== news.settings,
      replaces: olds.container === news.container ? [] : ["container"],
    };
  },
};

/**
 * Waits until a container's own `health` script says that it is fit. What depends on it is created, changed or removed only
 * then: so a plain `pulumi up` takes one node of a cluster at a time. Where its place in a cluster is given, it waits for the
 * cluster's full size, too. It costs nothing once it holds, where Docker's
 * HEALTHCHECK would start a process in every container every few seconds for ever (docs/decisions/0003).
 */
export class HealthGate extends pulumi.dynamic.Resource {
  constructor(
    name: string,
    args: ContainerAddress & {
      containerId: pulumi.Input<string>;
      timeout: number;
      raise?: string;
      cluster?: ClusterPlace;
      settings?: string;
    },
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(provider, name, { ...args }, opts);
  }
}
