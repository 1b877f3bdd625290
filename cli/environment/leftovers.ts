import pLimit from "p-limit";
import { type EnvironmentObject, objectsOf } from "./objects.ts";

/** Removals at a time: the daemon mostly waits for what ends. */
const CONCURRENCY = 8;

/** Removes what is left of an environment on an endpoint, and returns what that was. */
export async function reap(endpoint: string, environment: string): Promise<EnvironmentObject[]> {
  const found = await objectsOf(endpoint, environment);
  const limit = pLimit(CONCURRENCY);
  // Networks and volumes when no container uses them any more.
  for (const those of Map.groupBy(found, ({ kind }) => kind).values()) {
    await Promise.all(those.map((leftover) => limit(() => leftover.remove())));
  }
  return found;
}
