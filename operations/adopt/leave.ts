import pRetry from "p-retry";
import { Failure } from "../../core/errors.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { every } from "../../core/retry.ts";
import type { Member, Way } from "./ask.ts";
import { onNode, seeNode } from "./nodes.ts";
import { hasLeft, whyStays } from "./plan.ts";

export interface Departure {
  member: Member;
  /** Members that are to leave after it. */
  others: readonly Member[];
  /** Trivet's database nodes. */
  nodes: readonly ServiceRecord[];
  /** Undefined: a person stops it, and is waited for. */
  way?: Way;
  say(progress: string): void;
  signal: AbortSignal;
}

/** Milliseconds in which a small disturbance passes; in which a member that was told to stop has left. */
const SETTLED = 60_000;
const LEFT = 180_000;

/**
 * Has one member leave in good order, and lets it in no more.
 *
 * @throws {Failure} when it may not leave now, or has not left in time: nothing else was touched
 */
export async function leave({ member, others, nodes, way, say, signal }: Departure): Promise<void> {
  const see = () => Promise.all(nodes.map((node) => seeNode(node, signal)));
  let why: string | undefined;
  await pRetry(
    async () => {
      why = whyStays(member, others, await see());
      if (!why) return;
      say(`waiting: ${why}`);
      throw new Error(why);
    },
    { ...every(1_000, SETTLED), signal },
  ).catch(() => {
    signal.throwIfAborted();
    throw new Failure(`${member.name} does not leave: ${why}. Mend that first; the same command goes on from here.`);
  });
  say(
    way
      ? `${member.name} stops`
      : `stop MariaDB on ${member.name} (${member.address}) now: systemctl disable --now mariadb`,
  );
  await way?.stop().catch((error) => {
    throw new Failure(
      `${member.name} can't be stopped: ${error.message} Nothing more was touched. The same command with --by-hand goes on from here, and you stop it yourself.`,
    );
  });
  await pRetry(
    async () => {
      if (!hasLeft(member, others, await see())) throw new Error("it is still there");
    },
    { ...every(500, way ? LEFT : Number.POSITIVE_INFINITY), signal },
  ).catch(() => {
    signal.throwIfAborted();
    throw new Failure(
      `${member.name} was told to stop, and the cluster has not gone on without it within ${LEFT / 1000} s. Look at it; the same command goes on from here.`,
    );
  });
  await shutOut(member, nodes);
}

/** Galera lets in whose address is in a table that all nodes share. */
async function shutOut({ address }: Member, nodes: readonly ServiceRecord[]): Promise<void> {
  await onNode(nodes[0]!, `DELETE FROM mysql.wsrep_allowlist WHERE ip = '${address}'`);
}
