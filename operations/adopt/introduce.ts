import { setTimeout } from "node:timers/promises";
import type { ServiceRecord } from "../../core/inventory.ts";
import { exec } from "../../hosts/exec.ts";
import type { Way } from "./ask.ts";

/** Made by components/galera where a cluster is adopted. */
const FILE = "/etc/trivet/galera/introduction.sql";
/** Milliseconds for one look. */
const LOOK = 15_000;

/**
 * Tells the cluster of Trivet's nodes once the first of them is there and waits: the user by which nodes ask each other, and their
 * addresses. They are in that node's container, so nobody else needs to know its password.
 *
 * @returns false when the signal came first
 */
export async function introduce(node: ServiceRecord, way: Way, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const sql = await introduction(node);
    if (sql !== undefined) {
      await way.ask(sql);
      return true;
    }
    await setTimeout(1_000, undefined, { signal }).catch(() => {});
  }
  return false;
}

async function introduction(node: ServiceRecord): Promise<string | undefined> {
  try {
    const { code, stdout } = await exec(node, ["cat", FILE], LOOK);
    return code === 0 && stdout.trim() ? stdout : undefined;
  } catch {
    // Not there yet.
    return undefined;
  }
}
