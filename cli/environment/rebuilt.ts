import { imageIdsAt } from "../../hosts/imageIds.ts";
import type { StoredDeployment } from "../engine/engine.ts";
import { LOCAL } from "../setup/docker.ts";
import { endpointsIn } from "./endpoints.ts";

/** An image as the state records it on a host. */
export interface RecordedImage {
  urn: string;
  name: string;
  /** The daemon's id of it: another one once it is built anew under the same name. */
  id: string;
  endpoint: string;
}

/** What a state records of images. */
export function recordedImages({ resources = [] }: Pick<StoredDeployment, "resources">): RecordedImage[] {
  const endpointOf = endpointsIn(resources);
  return resources.flatMap((resource) => {
    const { urn, type, inputs, outputs, delete: superseded } = resource;
    if (type !== "docker:index/remoteImage:RemoteImage" || superseded) return [];
    const [name, id] = [inputs?.name, outputs?.imageId];
    if (typeof name !== "string" || typeof id !== "string") return [];
    return [{ urn, name, id, endpoint: endpointOf(resource) ?? LOCAL }];
  });
}

/**
 * Those of the recorded images that a host has in another build now, after `trivet images --rebuild` or a push of the user's own under the
 * same name. A refresh of them lets the next run replace what runs on the older one.
 */
export async function rebuiltImages(state: StoredDeployment | undefined): Promise<RecordedImage[]> {
  const recorded = state ? recordedImages(state) : [];
  const byEndpoint = Map.groupBy(recorded, ({ endpoint }) => endpoint);
  const found = [...byEndpoint].map(async ([endpoint, images]) => {
    const ids = await imageIdsAt(endpoint);
    return images.filter(({ name, id }) => ids.has(name) && ids.get(name) !== id);
  });
  return (await Promise.all(found)).flat();
}
