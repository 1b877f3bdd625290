/** A member of the cluster that votes, with data or without. */
export interface Voter {
  service: string;
  host: string;
  address: string;
  endpoint: string;
}

/** One voter's own state. */
export interface VoterState {
  host: string;
  /** Whether there is a container of it. */
  there: boolean;
  /** Its own health script's word. */
  fit: boolean;
  /** Members of its component, itself included. */
  size?: number;
}

const key = ({ service, host, address, endpoint }: Voter) => [service, host, address, endpoint].join(" ");

/** The voters of `before` that are not in `after`; one that moved to another place is another one. */
export function leaving<V extends Voter>(before: readonly V[], after: readonly Voter[]): V[] {
  const stay = after.map(key);
  return before.filter((voter) => !stay.includes(key(voter)));
}

/** Whether two lists name the same voters. */
export const sameVoters = (some: readonly Voter[], others: readonly Voter[]): boolean =>
  leaving(some, others).length === 0 && leaving(others, some).length === 0;

/**
 * Whether those that are fit are a component of their own, without these voters: then there is nothing of them to be stopped.
 */
export function areOut(voters: readonly Voter[], states: readonly VoterState[]): boolean {
  const well = states.filter(({ host, fit }) => fit && !voters.some((voter) => voter.host === host));
  return well.length > 0 && well.every(({ size }) => size !== undefined && size <= well.length);
}

/** Why voters can't be taken away, a sentence or two. */
export interface Refusal {
  text: string;
  /** It may pass by itself: a node that was started a moment ago is not fit yet. */
  passing: boolean;
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
): Refusal | undefined {
  const gone = leaving(before, after);
  if (gone.length === 0 || states.every(({ there }) => !there)) return undefined;
  const stay = before.filter((voter) => !gone.includes(voter));
  const stateOf = ({ host }: Voter) => states.find((state) => state.host === host);
  const well = stay.filter((voter) => stateOf(voter)?.fit);
  const unwell = stay.filter((voter) => !well.includes(voter));
  const size = Math.max(0, ...well.map((voter) => stateOf(voter)?.size ?? 0));
  const names = (voters: readonly Voter[]) => voters.map(({ host }) => host).join(", ");
  const refusal = (text: string, passing: boolean) => ({
    text: `The database cluster is to lose ${names(gone)}, and ${text}`,
    passing,
  });
  if (stay.length === 0) {
    return refusal(
      "nobody stays who has its data. Replace them one by one, or some of them now and the others later.",
      false,
    );
  }
  if (well.length === 0) {
    return refusal(
      `none of those that stay (${names(stay)}) is fit. Bring them up first, then take the others away.`,
      true,
    );
  }
  // Dead ones only: they are out of the component.
  if (size <= well.length) return undefined;
  if (unwell.length > 0) {
    return refusal(
      `of those that stay ${names(unwell)} ${unwell.length === 1 ? "is" : "are"} not fit. Bring ${unwell.length === 1 ? "it" : "them"} up first, then take the others away.`,
      true,
    );
  }
  if (well.length * 2 > size) return undefined;
  return refusal(
    `those that stay (${names(stay)}) are ${stay.length} of its ${size} members now: no majority. ` +
      `Take ${Math.floor((size - 1) / 2)} away at the most, and the others in a second step.`,
    false,
  );
}
