import { HYSTERESIS } from "../../components/galera/facts.ts";
import type { Capacity } from "../foreign/files.ts";

/** How full the fuller of a node's file systems is, in percent, and its limits (docs/decisions/0021, "A full disk"). */
export interface Room extends Capacity {
  used: number;
}

/** Half of what is left above the limit. */
const halfLeft = (full: number) => Math.floor((full + 100) / 2);

/** Shell and Consul compare whole percent, too. */
const atLeast = (used: number, limit: number) => Math.floor(used) >= limit;

/**
 * Whether it depends on the others' writes if this node may run: what it would have to take up fills its disk. One that left for want
 * of room stays away until it is below the limit.
 */
export const isCrowded = ({ used, full }: Room, before: boolean): boolean =>
  atLeast(used, before ? full : halfLeft(full));

export const startsReadOnly = ({ used, full }: Room): boolean => atLeast(used, full);

export type CapacityVerdict = "read-only" | "writable" | "stop";

/**
 * What a running node does about its disks. `ours`: it is read-only by our word; what a person set is left alone. It stops only while
 * others write, whose write-sets go on filling this disk: when all fill alike, reads go on.
 */
export function judgeCapacity(
  room: Room,
  { ours, othersWrite }: { ours: boolean; othersWrite: boolean },
): CapacityVerdict[] {
  const { used, full } = room;
  const verdicts: CapacityVerdict[] = [];
  if (atLeast(used, full)) {
    if (!ours) verdicts.push("read-only");
  } else if (ours && !atLeast(used, full - HYSTERESIS)) {
    verdicts.push("writable");
  }
  if (atLeast(used, halfLeft(full)) && othersWrite) verdicts.push("stop");
  return verdicts;
}
