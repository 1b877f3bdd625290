import { type Action, isMember, leaves, others, type Report, type Situation } from "./situation.ts";

/**
 * Galera waits for silence because it can't know what silence means. Whoever stands beside the database knows: a dead database is
 * reported by its own supervisor alone, all others have theirs evict it, and all clear their lists before it may come back
 * (docs/decisions/0020, "Evict and clear").
 */

/**
 * Only from a primary component of three and more: of two the one that remains would have no majority. Nor where a member has no
 * supervisor (an arbitrator): nobody could clear its list of the evicted, and old entries make each change of view wait for 5 s.
 */
export function mayEvict(situation: Situation): boolean {
  const { view, supervised } = situation;
  const names = supervised.map(({ name }) => name);
  return (
    view.primary && view.size >= 3 && others(situation).every(({ node }) => node !== undefined && names.includes(node))
  );
}

/**
 * What is dead is reported once, by its own supervisor: nobody else can know that it is. Not when Consul has had no ear for it for a while:
 * a database that starts again with its last view is the same member, and would be evicted as it comes back. (The script reports it as long
 * as it finds nobody at the port; the model found it.)
 */
export function report(situation: Situation): Action[] {
  const { self, view, store, past } = situation;
  const dead = (self.state === "gone" && !past) || self.state === "hung";
  if (!dead || leaves(situation) || self.member === undefined || !isMember(view, self.member)) return [];
  if (!mayEvict(situation) || store.reports.some(({ node }) => node === self.name)) return [];
  return [{ do: "report", member: self.member }];
}

/** Its effect is yet to come. */
const isPending = ({ evicting, view }: Situation, { node, member }: Report): boolean =>
  evicting[node] === member && isMember(view, member);

/** Whether those reported dead leave a majority of the view. */
function isRight(situation: Situation): boolean {
  const { store, view } = situation;
  const gone = store.reports.filter(({ member }) => isMember(view, member)).length;
  return mayEvict(situation) && 2 * gone < view.size;
}

/** We have told that our database has done with it. */
const isDone = ({ self, store }: Situation, report: Report): boolean =>
  store.cleared.some(({ node, by, member }) => node === report.node && by === self.name && member === report.member);

/**
 * Never what we have told to be done with: its supervisor may have closed the report, and it starts again. (The script evicts it then; the
 * model found it, by a supervisor that stood still.)
 */
export function evict(situation: Situation): Action[] {
  const { self, store, view } = situation;
  if (!isRight(situation)) return [];
  return store.reports
    .filter(
      (each) =>
        each.node !== self.name &&
        isMember(view, each.member) &&
        !isPending(situation, each) &&
        !isDone(situation, each),
    )
    .map(({ node, member }) => ({ do: "evict", node, member, view }));
}

/**
 * To forget one eviction is to forget all: not while one of them has yet to have its effect. Where it is not right to evict, that is
 * all there is to do.
 */
export function clear(situation: Situation): Action[] {
  const { self, store, view, evicting } = situation;
  if (store.reports.some((each) => isPending(situation, each))) return [];
  const right = isRight(situation);
  return [
    ...store.reports
      .filter((each) => each.node !== self.name && !isDone(situation, each) && !(right && isMember(view, each.member)))
      .map(({ node, member, index }): Action => ({ do: "clear", node, member, index })),
    // Its report is closed: the list of another member may have brought the entry back meanwhile.
    ...Object.entries(evicting)
      .filter(
        ([node, member]) => view.primary && !store.reports.some((each) => each.node === node && each.member === member),
      )
      .map(([node]): Action => ({ do: "forget", node })),
  ];
}

/**
 * Our own report waits for all that were in the view with it, and were not reported themselves. One that a former life of this supervisor
 * made waits for all that have a supervisor, and so does that of a database which was evicted and lives, alone in a view of its own: who was
 * in the view is not known then. (The script closes both at once; the model found it.)
 */
export function close(situation: Situation): Action[] {
  const { self, store, late, view, supervised } = situation;
  const own = store.reports.find(({ node }) => node === self.name);
  if (!own) return [];
  const hasCleared = (by: string | undefined) =>
    store.cleared.some((each) => each.node === self.name && each.by === by && each.member === own.member);
  const isDead = (uuid: string | undefined, name: string | undefined) =>
    store.reports.some(({ node, member }) => node === name && member === uuid);
  const isReported = (name: string) => store.reports.some(({ node }) => node === name);
  const known = view.primary && view.members.length > 0;
  const waits =
    others(situation).some(({ uuid, node }) => !hasCleared(node) && !isDead(uuid, node)) ||
    (!known && supervised.some(({ name }) => name !== self.name && !hasCleared(name) && !isReported(name)));
  return late || !waits ? [{ do: "close", member: own.member, index: own.index }] : [];
}
