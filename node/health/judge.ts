import type { DatabaseState } from "../foreign/ownDatabase.ts";
import type { Told } from "../keeper/protocol.ts";
import { localState } from "../types.ts";

/** Whether the database's clock is right, and how far it is ahead of the site's, in seconds. */
export interface ClockWord {
  wrong: boolean;
  offset: number;
  said: string;
}

/** What its keeper says of a database: the database does not tell it, or not while it does not answer. */
export interface KeeperWord {
  /** What the node waits for, until its database answers. */
  told?: Pick<Told, "state" | "fit" | "detail">;
  /** It is about to stop. */
  leaving: boolean;
  /** It is read-only for want of room. */
  full: boolean;
  /** Its databases and users are made; until then with the reason, where it is known. */
  users: "made" | { failed?: string };
}

export interface HealthFacts {
  /** Undefined: it does not answer. */
  database?: DatabaseState & { clock: ClockWord };
  keeper: KeeperWord;
  /** Percent of the fuller of its disks, and from which that is told. */
  used: number;
  warning: number;
}

/** What `health` prints of a node, as JSON in that order; whether the node is fit. */
export interface Health {
  fit: boolean;
  said: { state: string; detail: string } & Record<string, unknown>;
}

export const PRIMARY = "Primary";

/**
 * Fit: Primary, Synced, ready, writable, and right about the time. While a cluster is first created, or again from its volumes, a node
 * that waits for those not yet started is fit, too: one follows the other, and none can be Primary before all are there. Not fit, whatever
 * it serves: a node that is about to stop, and one that could not make its databases and users; its name keeps that one, since it
 * serves as before.
 */
export function judgeHealth({ database, keeper, used, warning }: HealthFacts): Health {
  const { told, leaving, full, users } = keeper;
  const unmade = users === "made" ? undefined : unmadeText(users.failed);
  const says = (fit: boolean, state: string, detail: string): Health => ({ fit, said: { state, detail } });
  if (!database) {
    if (leaving) return says(false, "leaving", "the database stops");
    // Health's own user may be among them.
    if (users !== "made" && users.failed) return says(false, "databases", unmadeText(users.failed));
    if (told) return says(told.fit, told.state, told.detail);
    return says(false, "starting", NO_ANSWER);
  }
  const { clusterStatus, ready, clusterSize, readOnly, clusterUuid, clock } = database;
  const synced = database.localState === localState.synced;
  const state = leaving
    ? "leaving"
    : clock.wrong
      ? "clock"
      : full
        ? "full"
        : unmade && synced
          ? "databases"
          : database.localStateComment;
  const detail = [
    clusterStatus,
    `${clusterSize} nodes`,
    ...(readOnly ? ["read only"] : []),
    ...(used < warning ? [] : [`disk ${used.toFixed(1)} % full`]),
    ...(clock.said === "clock right" ? [] : [clock.said]),
    ...(unmade && synced ? [unmade] : []),
  ].join(", ");
  return {
    fit: !clock.wrong && !leaving && !unmade && clusterStatus === PRIMARY && synced && ready && !readOnly,
    said: {
      state,
      detail,
      clusterStatus,
      localState: database.localState,
      ready,
      clusterSize,
      readOnly,
      clusterUuid,
      clock: clock.offset,
      diskUsed: used,
    },
  };
}

export const NO_ANSWER = "the database does not answer";

const unmadeText = (failed = "") => `databases and users are not made${failed && `: ${failed}`}`;

/** It was in a whole cluster once: one that never was may be changed while it is broken. */
export const isWhole = (facts: HealthFacts, { fit }: Health, members: number): boolean =>
  fit && (facts.database?.clusterSize ?? 0) >= members;
