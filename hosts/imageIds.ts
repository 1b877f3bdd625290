import { dockerAt } from "./endpoint.ts";

/** The ids of a daemon's images, by their name and tag. */
export async function imageIdsAt(endpoint: string): Promise<Map<string, string>> {
  const images = await dockerAt(endpoint).listImages();
  return new Map(images.flatMap(({ Id, RepoTags }) => (RepoTags ?? []).map((tag) => [tag, Id] as const)));
}
