import pRetry, { AbortError } from "p-retry";
import { z } from "zod";
import { galera } from "../../components/galera/facts.ts";
import { areOut, leaving, sameVoters, whyTheyStay } from "../../components/galera/majority.ts";
import type { Member, MembershipInputs } from "../../components/galera/membership.ts";
import { every } from "../../core/retry.ts";
import { reach } from "../../hosts/reach.ts";
import { type Context, containerAddress, type Kind } from "../kind.ts";
import { hasNoData, neverWhole } from "./formed.ts";
import { look, PATIENCE } from "./look.ts";

interface Recorded extends MembershipInputs {
  /** As in whole.ts. */
  fresh?: boolean;
}

/** Seconds that MariaDB gets to stop. */
const STOP_SECONDS = 60;

async function stop(voter: Member): Promise<void> {
  const within = (STOP_SECONDS + 60) * 1000;
  await reach(voter, { within }, (container) => container.stop({ t: STOP_SECONDS })).catch(
    (error: { statusCode?: number }) => {
      // It stands still already, or there is none.
      if (error.statusCode !== 304 && error.statusCode !== 404) throw error;
    },
  );
}

const nodesOf = ({ voters }: MembershipInputs) => voters.filter(({ service }) => service === galera.name);

async function change(
  { voters: before }: MembershipInputs,
  { voters: after }: MembershipInputs,
  fresh: boolean,
  { signal }: Context,
): Promise<void> {
  const see = () => Promise.all(before.map((voter) => look(voter, signal)));
  const mayLeave = () =>
    pRetry(
      async () => {
        // Without a cluster there is no majority to keep.
        if (fresh) return;
        const why = whyTheyStay(before, after, await see());
        if (why?.passing) throw new Error(why.text);
        if (why) throw new AbortError(why.text);
      },
      { ...every(1_000, PATIENCE), signal },
    );
  await mayLeave();
  // Where others come in their place those come first.
  if (leaving(after, before).length > 0) return;
  for (const voter of leaving(before, after)) {
    await mayLeave();
    await stop(voter).catch(async (error) => {
      // A host that is dead for good can stop nothing, and need not: the others have gone on without it.
      if (error.statusCode !== undefined || !areOut([voter], await see())) throw error;
    });
  }
}

/** Takes members out of the cluster, as long as a majority stays. */
export const membership: Kind<MembershipInputs, Recorded> = {
  inputs: z.strictObject({
    voters: z.array(containerAddress.extend({ service: z.string(), host: z.string(), address: z.string() })),
  }),
  updates: ["voters"],
  same: { voters: sameVoters },
  async create(inputs) {
    return { id: "membership", outputs: { ...inputs, fresh: await hasNoData(nodesOf(inputs)) } };
  },
  async update(olds, news, context) {
    const fresh = Boolean(olds.fresh) && (await neverWhole(nodesOf(olds)));
    await change(olds, news, fresh, context);
    return { ...news, fresh };
  },
};
