import { HYSTERESIS } from "../../components/galera/facts.ts";
import type { Capacity } from "../foreign/files.ts";
import { localState } from "../types.ts";
import { type HealthFacts, NO_ANSWER, PRIMARY } from "./judge.ts";

/** A check's word, as Consul has it. The same words every time: others are written to Consul's log again. */
export interface Check {
  state: "passing" | "warning" | "critical";
  said: string;
}

export type CheckFacts = Pick<HealthFacts, "database" | "keeper"> & {
  used: number;
  /** Undefined: its settings are not here yet. */
  full?: number;
};

type Standing = "writable" | "donor" | "full" | "unfit" | "silent";

/**
 * One that is read-only for want of room stays in the name where that is so everywhere, for those who read. One that gives its data to
 * others serves as before, if slower: while nobody is Synced (two come back at once, and are given all data, for minutes or hours) it is
 * the only one to be named.
 */
function standingOf({ database, used, full }: CheckFacts): Standing {
  if (!database) return "silent";
  const { clusterStatus, ready, readOnly } = database;
  if (clusterStatus !== PRIMARY || !ready) return "unfit";
  if (database.localState === localState.donor) return readOnly ? "unfit" : "donor";
  if (database.localState !== localState.synced) return "unfit";
  if (!readOnly) return "writable";
  return full !== undefined && Math.floor(used) >= full - HYSTERESIS ? "full" : "unfit";
}

/** Whether it depends on the others if clients may be sent here: they need not be asked otherwise. */
export const dependsOnOthers = (facts: CheckFacts): boolean => ["donor", "full"].includes(standingOf(facts));

/**
 * Whether clients may be sent to this node: Primary, Synced, ready, writable, and right about the time. A port that accepts connections
 * says none of this. `othersWrite`: another node takes writes.
 */
export function judgeCheck(facts: CheckFacts, othersWrite: boolean): Check {
  const { database, keeper, used } = facts;
  const standing = standingOf(facts);
  if (!database) {
    const said = keeper.leaving ? "the database stops" : (keeper.told?.detail ?? NO_ANSWER);
    return { state: "critical", said };
  }
  const { clusterStatus, ready, readOnly, clock } = database;
  const state = `${clusterStatus} ${database.localState} ${ready ? "ON" : "OFF"} ${readOnly ? "read-only" : "writable"}`;
  if (standing === "full") {
    const said = `${state}, disk ${Math.floor(used)} % full`;
    return othersWrite ? { state: "critical", said } : { state: "passing", said: `${said}, and no node takes writes` };
  }
  if (standing !== "writable" && !(standing === "donor" && !othersWrite)) return { state: "critical", said: state };
  // Without the offset's own figure, which is another one every time.
  return { state: clock.wrong ? "critical" : "passing", said: `${state}, ${clock.said}` };
}

/**
 * How full its disks are, in whole percent. A service of its own beside the database's: Consul leaves a node that warns out of the name,
 * and one that warns is fit.
 */
export function judgeDisk(room: (Capacity & { used: number }) | undefined): Check {
  if (!room) return { state: "warning", said: "not known: its settings are not here yet" };
  const { warning, full } = room;
  const used = Math.floor(room.used);
  if (used >= full) {
    return { state: "critical", said: `disk ${used} % full: no writes, make room below ${full - HYSTERESIS} %` };
  }
  return { state: used >= warning ? "warning" : "passing", said: `disk ${used} % full` };
}
