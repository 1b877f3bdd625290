import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../core/host.ts";
import { reach, run } from "../../hosts/reach.ts";
import { containerName } from "../service.ts";
import { hasNoData, neverWhole } from "./formed.ts";
import { leaving, sameVoters, type Voter, type VoterState, whyTheyStay } from "./majority.ts";

/** A voter, and where it runs. */
interface Member extends Voter {
  container: string;
}

/** A service of a host as a member of the cluster. */
export function member(host: Host, service: string): Member {
  const { name, address, endpoint } = host;
  return { service, host: name, address, endpoint, container: containerName(host, service) };
}

interface Inputs {
  voters: Member[];
}

interface Recorded extends Inputs {
  /** As in whole.ts. */
  fresh?: boolean;
}

/** Seconds that MariaDB gets to stop. */
const STOP_SECONDS = 60;
/** Milliseconds that a node which was started a moment ago may take to become fit. */
const PATIENCE = 60_000;
/** Milliseconds in which a voter has to answer; `health` promises 2 s itself. */
const LOOK = 10_000;

async function look(voter: Member): Promise<VoterState> {
  try {
    const { code, output } = await run(voter, ["health"], LOOK);
    const { clusterSize } = JSON.parse(output.split("\n").at(-1)!);
    return { host: voter.host, there: true, fit: code === 0, size: clusterSize };
  } catch (error) {
    return { host: voter.host, there: (error as { statusCode?: number }).statusCode !== 404, fit: false };
  }
}

async function stop(voter: Member): Promise<void> {
  const within = (STOP_SECONDS + 60) * 1000;
  await reach(voter, within, (container) => container.stop({ t: STOP_SECONDS })).catch(
    (error: { statusCode?: number }) => {
      // It stands still already, or there is none.
      if (error.statusCode !== 304 && error.statusCode !== 404) throw error;
    },
  );
}

const nodesOf = ({ voters }: Inputs) => voters.filter(({ service }) => service === "galera");

async function change({ voters: before }: Inputs, { voters: after }: Inputs, fresh: boolean): Promise<void> {
  const { default: retry, AbortError } = await import("p-retry");
  const mayLeave = () =>
    retry(
      async () => {
        // Without a cluster there is no majority to keep.
        if (fresh) return;
        const why = whyTheyStay(before, after, await Promise.all(before.map(look)));
        if (why?.passing) throw new Error(why.text);
        if (why) throw new AbortError(why.text);
      },
      { retries: PATIENCE / 1_000, factor: 1, minTimeout: 1_000, maxRetryTime: PATIENCE },
    );
  await mayLeave();
  // Where others come in their place those come first.
  if (leaving(after, before).length > 0) return;
  for (const voter of leaving(before, after)) {
    await mayLeave();
    await stop(voter);
  }
}

const provider: pulumi.dynamic.ResourceProvider<Inputs, Recorded> = {
  async create(inputs) {
    return { id: "membership", outs: { ...inputs, fresh: await hasNoData(nodesOf(inputs)) } };
  },
  async update(_id, olds, news) {
    const fresh = Boolean(olds.fresh) && (await neverWhole(nodesOf(olds)));
    await change(olds, news, fresh);
    return { outs: { ...news, fresh } };
  },
  async diff(_id, olds, news) {
    return { changes: !sameVoters(olds.voters, news.voters) };
  },
};

/**
 * Who is a member of the cluster. The nodes depend on it: so with any engine a change that would take the last majority away
 * fails before one of them is touched, and a cluster that becomes smaller does so before the nodes that stay are told,
 * while each of them still knows who may be alive.
 */
export class Membership extends pulumi.dynamic.Resource {
  constructor(name: string, args: Inputs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args }, opts);
  }
}
