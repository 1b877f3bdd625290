import * as pulumi from "@pulumi/pulumi";
import { type ContainerAddress, containerAt, run } from "../exec.ts";

/** A member of the cluster that votes: a database node, or the arbitrator. */
export interface Voter extends ContainerAddress {
  host: string;
  address: string;
}

/** What one voter says of itself. */
export interface VoterState {
  host: string;
  /** Whether there is a container of it. */
  there: boolean;
  /** Its own health script's word. */
  fit: boolean;
  /** Members of its component, itself included. */
  size?: number;
}

/** The voters of `before` that are not in `after`; one that moved to another place is another one. */
export function leaving(before: readonly Voter[], after: readonly Voter[]): Voter[] {
  return before.filter(
    (voter) =>
      !after.some(
        ({ container, address, endpoint }) =>
          container === voter.container && address === voter.address && endpoint === voter.endpoint,
      ),
  );
}

/**
 * Why some voters can't be taken away now; undefined when they can.
 *
 * Those that stay must be the majority of the component as it is now, and all of them fit while a member that is alive is
 * taken away. What is dead already has no vote any more.
 */
export function whyTheyStay(
  before: readonly Voter[],
  after: readonly Voter[],
  states: readonly VoterState[],
): string | undefined {
  const gone = leaving(before, after);
  if (gone.length === 0 || states.every(({ there }) => !there)) return undefined;
  const stay = before.filter((voter) => !gone.includes(voter));
  const stateOf = ({ host }: Voter) => states.find((state) => state.host === host);
  const well = stay.filter((voter) => stateOf(voter)?.fit);
  const unwell = stay.filter((voter) => !well.includes(voter));
  const size = Math.max(0, ...well.map((voter) => stateOf(voter)?.size ?? 0));
  const names = (voters: readonly Voter[]) => voters.map(({ host }) => host).join(", ") || "none";
  const wanted = `The database cluster is to lose ${names(gone)}`;
  if (well.length === 0) {
    return `${wanted}, and none of those that stay (${names(stay)}) is fit. Bring one of them up first, then take the others away.`;
  }
  // Dead ones only: they are out of the component.
  if (size <= well.length) return undefined;
  if (unwell.length > 0) {
    return `${wanted}, and of those that stay ${names(unwell)} ${unwell.length === 1 ? "is" : "are"} not fit. Bring ${unwell.length === 1 ? "it" : "them"} up first, then take the others away.`;
  }
  if (well.length * 2 > size) return undefined;
  return (
    `${wanted}, and those that stay (${names(stay)}) are ${stay.length} of its ${size} members now: no majority. ` +
    `Take ${Math.floor((size - 1) / 2)} away at the most, and the others in a second step.`
  );
}

interface Inputs {
  voters: Voter[];
}

/** Seconds that MariaDB gets to stop. */
const STOP_SECONDS = 60;

async function look(voter: Voter): Promise<VoterState> {
  try {
    const { code, output } = await run(voter, ["health"]);
    const { clusterSize } = JSON.parse(output.split("\n").at(-1)!);
    return { host: voter.host, there: true, fit: code === 0, size: clusterSize };
  } catch (error) {
    return { host: voter.host, there: (error as { statusCode?: number }).statusCode !== 404, fit: false };
  }
}

async function stop(voter: Voter): Promise<void> {
  const container = await containerAt(voter);
  await container.stop({ t: STOP_SECONDS }).catch((error: { statusCode?: number }) => {
    // It stands still already, or there is none.
    if (error.statusCode !== 304 && error.statusCode !== 404) throw error;
  });
}

async function change({ voters: before }: Inputs, { voters: after }: Inputs): Promise<void> {
  const gone = leaving(before, after);
  const refuse = async () => {
    const why = whyTheyStay(before, after, await Promise.all(before.map(look)));
    if (why) throw new Error(`${why} Nothing of the cluster was touched.`);
  };
  await refuse();
  // Where others come in their place those come first.
  if (leaving(after, before).length > 0) return;
  for (const voter of gone) {
    await refuse();
    await stop(voter);
  }
}

const provider: pulumi.dynamic.ResourceProvider<Inputs, Inputs> = {
  async create(inputs) {
    return { id: "membership", outs: inputs };
  },
  async update(_id, olds, news) {
    await change(olds, news);
    return { outs: news };
  },
  async diff(_id, olds, news) {
    const text = ({ voters }: Inputs) =>
      voters.map(({ host, address, endpoint, container }) => [host, address, endpoint, container].join(" ")).join("\n");
    return { changes: text(olds) !== text(news) };
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
