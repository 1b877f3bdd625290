/**
 * Trivet's own images are built, or brought by people, and never asked of a registry: nobody of us owns the name `trivet/…` on
 * Docker Hub, and who does could run a program of theirs with the database's data.
 */

/** Whether a daemon would look for this image under Trivet's own name, on Docker Hub or wherever its mirror is. */
export const isTrivetImage = (name: string): boolean =>
  /^((index\.|registry-1\.)?docker\.io\/)?trivet\//.test(name.toLowerCase());

/** The command that brings an image from the machine that built it to a host. */
export function bringing(image: string, endpoint: string): string {
  const url = new URL(endpoint);
  if (url.protocol !== "ssh:") return `docker save ${image} | docker --host ${endpoint} load`;
  const port = url.port ? `-p ${url.port} ` : "";
  return `docker save ${image} | ssh ${port}${url.username ? `${url.username}@` : ""}${url.hostname} docker load`;
}

/** The message about an image of ours that a host does not have. */
export const missingImage = (image: string, endpoint: string): string =>
  `Image ${image} is not on the Docker host ${endpoint}, and Trivet's own images are never asked of a registry, where a stranger ` +
  "may own their name. On this machine `trivet up` of a lab and `trivet images` build them; bring it to another host with: " +
  bringing(image, endpoint);
