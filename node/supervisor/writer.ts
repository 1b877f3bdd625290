import { type Action, isMember, leaves, type Situation, serves } from "./situation.ts";

/**
 * One writer: a lock in Consul, taken with our session, and a name that changes with it in one transaction, so that there is never a
 * second entry (docs/decisions/0020, "One writer"). It is one that serves, and that will go on serving.
 */
export function writer(situation: Situation): Action[] {
  const { self, service, session, store, orphan, view } = situation;
  const { lock } = store;
  const may = serves(situation) && !leaves(situation) && service.maintenance === "none";
  if (lock.session !== undefined && lock.session === session) {
    if (!may) return [{ do: "release", session }];
    return lock.address === self.address ? [] : [{ do: "acquire", session }];
  }
  if (lock.session === undefined) {
    if (may && session !== undefined) return [{ do: "acquire", session }];
    // Until then the old address stays: some resolver may remember that a name had no answer.
    return orphan && lock.address !== undefined ? [{ do: "unname", index: lock.index }] : [];
  }
  if (!may || session === undefined) return [];
  const holder = situation.supervised.find(({ address }) => address === lock.address)?.name;
  return isLeftBehind(situation, holder) && view.primary ? [{ do: "seize", session: lock.session }] : [];
}

/**
 * A database that the primary component goes on without can't write, whatever Consul still thinks of its host. What we know of that
 * component must be whole: all its members, and ourselves among them.
 */
function isLeftBehind({ self, view }: Situation, node: string | undefined): boolean {
  if (node === undefined || node === self.name) return false;
  return (
    view.primary &&
    view.members.length === view.size &&
    isMember(view, self.member) &&
    view.members.every((member) => member.node !== node)
  );
}

/** Our database in the name that stands for any healthy one: Consul's own check would find out up to 2 s later. */
export function name(situation: Situation): Action[] {
  const { self, service } = situation;
  const silent = self.state === "gone" || self.state === "hung" || self.state === "slow";
  return [
    ...(silent && service.maintenance === "none" ? [{ do: "take-out" } as const] : []),
    ...(serves(situation) && service.maintenance === "ours" ? [{ do: "put-back" } as const] : []),
  ];
}
