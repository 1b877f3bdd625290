import { Failure } from "../../core/errors.ts";
import { type Say, sayIn, type Task } from "./tasks.ts";

interface Host {
  host: string;
  domain: string;
}

/** A step for each host, one after the other. Where it is interrupted the present one is finished, and the others are left as they are. */
export const hostByHost = <H extends Host>(
  hosts: readonly H[],
  signal: AbortSignal,
  work: (host: H, say: Say) => Promise<void>,
): Task<object>[] =>
  hosts.map((each, index) => ({
    title: `${each.host} (${each.domain})`,
    task: async (_, task) => {
      if (signal.aborted) {
        const left = hosts.slice(index).map(({ host }) => host);
        throw new Failure(`Interrupted. Left untouched: ${left.join(", ")}.`);
      }
      await work(each, sayIn(task));
    },
  }));
