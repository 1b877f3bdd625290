/**
 * Every wait of the program beside the database, in milliseconds of the monotonic clock (docs/decisions/0026). Owned here; what else
 * is waited for has its owner elsewhere: Galera's own timeouts in `components/galera/evs.ts`, the limits of a disk in
 * `components/galera/facts.ts`, the 60 s until Docker kills in the component's `stopTimeout`.
 */

/** Of the supervisor, which watches the database and tells the others (docs/decisions/0020). */
export const supervisor = {
  /** How often the database is asked for a sign of life, and all is looked at that time alone changes. */
  tick: 100,
  /** The state and the view, unless an eviction is under way: then with every tick. */
  state: 300,
  /**
   * One that has not answered a `SELECT` for so long is not named. Starved to 0.05 CPU it answers within 0.5 s.
   */
  slow: 1_500,
  /**
   * One that has not for so long counts as dead. Galera gives up one that is silent earlier, so this is for one that still talks to
   * the others and serves nobody (its disk hangs); an overloaded machine is no reason to evict anybody.
   */
  hung: 3_000,
  /** What did not come about is tried again. */
  retry: 500,
  /** A connection that has not answered for so long is made anew. */
  giveUp: 3_000,
  /** So long after a report nobody waits any longer for those that have not cleared the eviction. */
  late: 5_000,
  /** A death is told for so long: then Galera has found it by itself (profile `lan`), and the database may be starting again. */
  past: 1_000,
  /** A lock that nobody took for so long shows that no fit database is there. */
  orphan: 2_000,
  /** A tick that comes so late shows that the program itself stood still: answers wait to be read. */
  stalled: 500,
  /** How often the status for `health` is written. */
  tell: 1_000,
} as const;

/** Of the keeper, which starts the database and keeps it (docs/decisions/0010, 0019, 0021). */
export const keeper = {
  /** Between two looks at the peers, as long as it waits. */
  round: 500,
  /** What an order came to can be seen for so long from outside. */
  shown: 3_000,
  /** A look at the clock counts for so long. */
  clock: 5_000,
  /** Between two questions whether peers still count the member that this node was, and how long it is asked at most. */
  departure: { every: 200, most: 15_000 },
  /** The same for the eviction that its supervisor reported. */
  cleared: { every: 100, most: 5_000 },
  /** Between two looks at a database that starts or runs, and how much longer where it is Synced. */
  look: 2_000,
  lookSynced: 3_000,
  /** Nobody is left to join, or nothing moves in a state transfer, for so long. */
  stuck: 20_000,
  /** The joiner's database ends when its transfer's script is ended: so long until it is killed. */
  endsWithTransfer: 5_000,
  /** Looks, not time: before a member without quorum looks for a way out (20 s), and before one that was evicted starts again. */
  aloneLooks: 10,
  evictedLooks: 3,
  /** Looks at a donor that gives nothing, and tries to make a quorum, before it starts again. */
  idleLooks: 3,
  hopelessLooks: 3,
  /** Between two looks at the disks. */
  capacity: 1_000,
  /** A full node that leaves is killed after so long: a write that waits for room never ends. */
  fullStop: 50_000,
  /** Consul's answer counts for 1 s; the rest is for Consul to hear it, and for the look-up that is under way. */
  nameLeft: 2_000,
  /** What a transaction may still take when the node leaves. */
  drain: { every: 100, most: 10_000 },
  /** Between two tries to come back into the name: until it is fit, and until Consul takes it. */
  comeBack: 500,
  comeBackRetry: 2_000,
  /** Between two looks whether users can be made, and two tries to make them. */
  users: 500,
  usersRetry: 2_000,
} as const;
