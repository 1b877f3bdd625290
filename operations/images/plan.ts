/** Ids of images by their name and tag. */
export type Ids = ReadonlyMap<string, string>;

/** What one host is to get. */
export interface Delivery {
  endpoint: string;
  images: string[];
}

/** Images that each host must have, by its endpoint. */
export type Needed = ReadonlyMap<string, readonly string[]>;

/** Those that some host lacks, or that hosts have in different builds. */
export function unequal(needed: Needed, present: ReadonlyMap<string, Ids>): string[] {
  const ids = new Map<string, Set<string | undefined>>();
  for (const [endpoint, images] of needed) {
    for (const image of images) ids.set(image, (ids.get(image) ?? new Set()).add(present.get(endpoint)?.get(image)));
  }
  return [...ids].flatMap(([image, found]) => (found.size > 1 || found.has(undefined) ? [image] : []));
}

/**
 * What is to be carried from this machine. An image is the same on all hosts: where one must get it, those that have another build of it do,
 * too. One that all have in the same build stays as it is, whatever this machine has: another operator's build is as good, and a newer one
 * restarts services.
 *
 * @param all also where all hosts have the same build, and it is not this machine's
 */
export function deliveries(
  needed: Needed,
  present: ReadonlyMap<string, Ids>,
  local: Ids,
  { all = false }: { all?: boolean } = {},
): Delivery[] {
  const wanted = new Set(unequal(needed, present));
  return [...needed].flatMap(([endpoint, images]) => {
    const missing = images.filter(
      (image) =>
        (all || wanted.has(image)) && local.has(image) && present.get(endpoint)?.get(image) !== local.get(image),
    );
    return missing.length ? [{ endpoint, images: missing }] : [];
  });
}
