import pRetry from "p-retry";
import type { ServiceRecord } from "../../core/inventory.ts";
import { every } from "../../core/retry.ts";
import { exec } from "../../hosts/exec.ts";
import type { Way } from "./ask.ts";
import { LOOK } from "./nodes.ts";

/** Made by components/galera where a cluster is adopted. */
const FILE = "/etc/trivet/galera/introduction.sql";

/**
 * Tells the cluster of Trivet's nodes once the first of them is there and waits: the user by which nodes ask each other, and their
 * addresses. They are in that node's container, so nobody else needs to know its password.
 *
 * @returns false when the signal came first
 */
export async function introduce(node: ServiceRecord, way: Way, signal: AbortSignal): Promise<boolean> {
  const sql = await pRetry(() => introduction(node), { ...every(1_000, Number.POSITIVE_INFINITY), signal }).catch(
    (error) => {
      if (signal.aborted) return undefined;
      throw error;
    },
  );
  if (sql === undefined) return false;
  await way.ask(sql);
  return true;
}

/** @throws while it is not there yet */
async function introduction(node: ServiceRecord): Promise<string> {
  const { code, stdout } = await exec(node, ["cat", FILE], LOOK);
  if (code !== 0 || !stdout.trim()) throw new Error(`${node.host} has no ${FILE} yet`);
  return stdout;
}
