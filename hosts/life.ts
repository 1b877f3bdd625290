import type Docker from "dockerode";
import type { Life } from "../core/health.ts";

export const lifeIn = ({ State, RestartCount }: Docker.ContainerInspectInfo): Life => ({
  running: State.Running && !State.Restarting && !State.Paused,
  startedAt: State.StartedAt,
  restarts: RestartCount,
});

/**
 * Judges a program by more than one look, since one may find it between two ends. Called with each look, it says whether the
 * program may be taken for up: at once when it is fit and Docker never had to start it again, unless `every`; else when it
 * has been fit in one life for so many milliseconds.
 */
export function steadiness(milliseconds: number, { every = false } = {}): (life: Life, fit: boolean) => boolean {
  let seen: { startedAt: string; since: number } | undefined;
  return ({ startedAt, restarts, running }, fit) => {
    if (!fit || !running) {
      seen = undefined;
      return false;
    }
    if (restarts === 0 && !every) return true;
    if (seen?.startedAt !== startedAt) seen = { startedAt, since: performance.now() };
    return performance.now() - seen.since >= milliseconds;
  };
}

/** Exit codes of programs that were told to end. */
const TOLD_TO_END = [0, 130, 137, 143];

/**
 * Why a container is not up, in a sentence with the last error of its log; undefined for one that runs and was never started
 * again by Docker. `said` gives that error; it is asked only where it tells something.
 */
export async function endText(
  { Status, Running, Restarting, ExitCode, OOMKilled }: Docker.ContainerInspectInfo["State"],
  restarts: number,
  said: () => Promise<string | undefined>,
): Promise<string | undefined> {
  const last = async (text: string) => {
    const words = await said();
    return words ? `${text}; the last error in its log: ${words}` : `${text}; its log is empty`;
  };
  const memory = OOMKilled ? ", out of memory" : "";
  const times = `${restarts} ${restarts === 1 ? "time" : "times"}`;
  if (Restarting) return last(`it ends again and again (exit code ${ExitCode}${memory}, started again ${times})`);
  if (Status === "paused") return "it is paused";
  if (Running) return restarts > 0 ? last(`it ended, and was started again ${times}`) : undefined;
  if (Status === "created") return "it was never started";
  if (OOMKilled || !TOLD_TO_END.includes(ExitCode)) return last(`it ended (exit code ${ExitCode}${memory})`);
  return `it was stopped (exit code ${ExitCode})`;
}
