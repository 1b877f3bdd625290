import type { VoterState } from "../../components/galera/majority.ts";
import type { ContainerAddress } from "../../hosts/address.ts";
import { exec } from "../../hosts/exec.ts";

/** Milliseconds that a member which was started a moment ago may take to become fit. */
export const PATIENCE = 60_000;
/** Milliseconds in which a member has to answer; `health` promises 2 s itself. */
const LOOK = 10_000;

/** Asks a member's own health script. Never rejects: one that gives no answer is not fit. */
export async function look(member: ContainerAddress & { host: string }, signal: AbortSignal): Promise<VoterState> {
  const { host } = member;
  try {
    const { code, stdout } = await exec(member, ["health"], LOOK, signal);
    return { host, there: true, fit: code === 0, size: JSON.parse(stdout).clusterSize };
  } catch (error) {
    return { host, there: (error as { statusCode?: number }).statusCode !== 404, fit: false };
  }
}
