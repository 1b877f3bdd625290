import { diskLimits } from "../../components/galera/facts.ts";
import type { Capacity } from "../foreign/files.ts";
import type { DatabaseState } from "../foreign/ownDatabase.ts";
import type { Files } from "../ports.ts";
import { type Check, dependsOnOthers, judgeCheck, judgeDisk } from "./check.ts";
import { type ClockWord, type Health, type HealthFacts, isWhole, judgeHealth, type KeeperWord } from "./judge.ts";

/** What a database said its time was, and this host's own clock before it was asked and when it had answered: microseconds since 1970. */
export interface TimeAsked {
  said: number;
  before: number;
  after: number;
}

export interface HealthPorts {
  /** The database as the monitor sees it, by the port that clients can't fill. Undefined: it does not answer. */
  database: { read(): Promise<{ state: DatabaseState; time: TimeAsked } | undefined> };
  /** That clock against the site's (docs/decisions/0016). */
  clock(time: TimeAsked): Promise<ClockWord>;
  files: Pick<Files, "capacity" | "used">;
  keeper(): KeeperWord;
  /** Another node takes writes; asked only where it matters. */
  othersWrite(): Promise<boolean>;
  /** For good, beside the data: it was in a whole cluster once. False where that could not be written. */
  noteWhole(): Promise<boolean>;
}

export interface Answers {
  health(): Promise<Health>;
  consulCheck(): Promise<Check>;
  diskCheck(): Promise<Check>;
}

type Facts = HealthFacts & { capacity?: Capacity };

/** The same facts for all that ask for them. `members`: nodes of the cluster that have data, this one included. */
export function answersOf(ports: HealthPorts, members: number): Answers {
  const room = async () => {
    const capacity = await ports.files.capacity();
    // The fill alone is told before there are settings.
    return { capacity, used: await ports.files.used(capacity ?? { ...diskLimits, counted: 0 }) };
  };
  async function look(): Promise<Facts> {
    const read = async () => {
      const seen = await ports.database.read();
      return seen && { ...seen.state, clock: await ports.clock(seen.time) };
    };
    const [database, { capacity, used }] = await Promise.all([read(), room()]);
    const { warning } = capacity ?? diskLimits;
    return { database, keeper: ports.keeper(), capacity, used, warning };
  }
  // Who asks while others wait for an answer gets the same: the database is asked by one at a time, however many ask for its health.
  let looking: Promise<Facts> | undefined;
  const facts = () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  let noted = false;

  return {
    async health() {
      const seen = await facts();
      const health = judgeHealth(seen);
      if (!noted && isWhole(seen, health, members)) noted = await ports.noteWhole();
      return health;
    },
    async consulCheck() {
      const { capacity, ...seen } = await facts();
      const asked = { ...seen, full: capacity?.full };
      return judgeCheck(asked, dependsOnOthers(asked) && (await ports.othersWrite()));
    },
    async diskCheck() {
      const { capacity, used } = await room();
      return judgeDisk(capacity && { ...capacity, used });
    },
  };
}
