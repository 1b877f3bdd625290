/**
 * Trivet's own images are built, or brought by people, and never asked of a registry: nobody of us owns the name `trivet/…` on
 * Docker Hub, and who does could run a program of theirs with the database's data.
 */

import { isRemote } from "../core/endpoint.ts";

/** Whether a daemon would look for this image under Trivet's own name, on Docker Hub or wherever its mirror is. */
export const isTrivetImage = (name: string): boolean =>
  /^((index\.|registry-1\.)?docker\.io\/)?trivet\//.test(name.toLowerCase());

/** The message about an image of ours that a host does not have. */
export function missingImage(image: string, endpoint: string): string {
  const way = isRemote(endpoint)
    ? "`trivet up` of the environment builds them on this machine and brings them to its hosts; so does `trivet images push`."
    : "`trivet up` of a lab and `trivet images` build them.";
  return `Image ${image} is not on the Docker host ${endpoint}, and Trivet's own images are never asked of a registry, where a stranger may own their name. ${way}`;
}
