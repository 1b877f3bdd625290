import { type EnvironmentObject, objectsOf } from "./objects.ts";

/** Removes what is left of an environment on an endpoint, and returns what that was. */
export async function reap(endpoint: string, environment: string): Promise<EnvironmentObject[]> {
  const found = await objectsOf(endpoint, environment);
  for (const leftover of found) await leftover.remove();
  return found;
}
