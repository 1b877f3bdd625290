import pRetry from "p-retry";
import { z } from "zod";
import type { VoterState } from "../../components/galera/majority.ts";
import type { WholeClusterInputs } from "../../components/galera/whole.ts";
import { every } from "../../core/retry.ts";
import { type Context, containerAddress, type Kind } from "../kind.ts";
import { hasNoData, neverWhole } from "./formed.ts";
import { look, PATIENCE } from "./look.ts";

/** With fewer nodes than that the loss of one takes the quorum, or the last copy. */
const ENOUGH = 3;

/**
 * Why no node may be touched now, a sentence; undefined when the change may begin. `states` are those of the nodes that the
 * change finds there and leaves there, in the order in which it will take them. All have to be fit, in a cluster of them all;
 * only the first may be down, since it is the one that the change mends. One that is not there at all is not waited for where
 * enough others are: an earlier run ended before it was made, or somebody removed it, and the same change may be what makes it.
 */
export function whyNotYet(states: readonly VoterState[]): string | undefined {
  const [first, ...others] = awaited(states);
  const unfit = others.filter(({ fit }) => !fit);
  if (unfit.length > 0) return `not fit: ${list(unfit)}`;
  const expected = first?.fit ? others.length + 1 : others.length;
  const apart = states.filter(({ fit, size }) => fit && size !== undefined && size < expected);
  if (apart.length > 0) return `in a cluster of fewer than ${expected}: ${list(apart)}`;
  return undefined;
}

function awaited(states: readonly VoterState[]): readonly VoterState[] {
  const there = states.filter((state) => state.there);
  return there.length >= ENOUGH ? there : states;
}

const list = (nodes: readonly VoterState[]) => nodes.map(({ host }) => host).join(", ");

/** What a person can do about it. A node without a container can't be started: only a run that goes on without it makes it anew. */
export function waysOn(states: readonly VoterState[]): string {
  const unfit = awaited(states)
    .slice(1)
    .filter(({ fit }) => !fit);
  const gone = unfit.filter(({ there }) => !there);
  if (gone.length === 0) {
    return "Bring the others back first (trivet start <environment> galera, or trivet up with the settings as they were), or go on without one: trivet up <environment> --without <host>";
  }
  const stopped = unfit.filter(({ there }) => there);
  const first = stopped.length > 0 ? `Bring ${list(stopped)} back first (trivet start <environment> galera). ` : "";
  if (gone.length > 1) {
    return `${first}There are no containers of ${list(gone)}, so trivet start can't bring them back: trivet recover tells what can be done`;
  }
  return `${first}There is no container of ${list(gone)}, so trivet start can't bring it back: trivet up <environment> --without ${list(gone)} makes it anew and goes on`;
}

interface Recorded extends WholeClusterInputs {
  /**
   * No node had data when the cluster was first made, so whether it ever was whole can be told from its nodes. Absent where an
   * earlier version made it: that counts as whole.
   */
  fresh?: boolean;
}

async function mustBeWhole(before: WholeClusterInputs, after: WholeClusterInputs, { signal }: Context): Promise<void> {
  const { without = [] } = after;
  const nodes = after.nodes.filter(
    ({ address, host }) => before.nodes.some((node) => node.address === address) && !without.includes(host),
  );
  const attempt = async () => {
    const states = await Promise.all(nodes.map((node) => look(node, signal)));
    const why = whyNotYet(states);
    if (why) {
      throw new Error(
        `A change of the database reaches one node at a time, and begins with the whole cluster; ${why}. Nothing of it was touched. ${waysOn(states)}`,
      );
    }
  };
  await pRetry(attempt, { ...every(1_000, PATIENCE), signal });
}

/** A node of another name is refused by the others: one after the other would leave the cluster. */
function mustKeepName({ clusterName: before }: WholeClusterInputs, { clusterName: after }: WholeClusterInputs): void {
  if (before === undefined || before === after) return;
  throw new Error(
    `The Galera cluster that runs is named "${before}" and was given the name "${after}"; expected the same, ` +
      `since nodes of another name would leave it one by one. Nothing of it was touched. Write "${before}" again, or make it anew.`,
  );
}

/** Finds the cluster whole before a change of it. */
export const wholeCluster: Kind<WholeClusterInputs, Recorded> = {
  inputs: z.strictObject({
    nodes: z.array(containerAddress.extend({ host: z.string(), address: z.string() })),
    without: z.array(z.string()).optional(),
    clusterName: z.string().optional(),
    digest: z.string(),
  }),
  updates: ["digest"],
  async create(inputs) {
    return { id: "whole", outputs: { ...inputs, fresh: await hasNoData(inputs.nodes) } };
  },
  async update(olds, news, context) {
    const fresh = Boolean(olds.fresh) && (await neverWhole(olds.nodes));
    if (!fresh) mustKeepName(olds, news);
    if (!fresh) await mustBeWhole(olds, news, context);
    return { ...news, fresh };
  },
};
