import type Docker from "dockerode";
import { isTrivetImage, missingImage } from "../../hosts/images.ts";
import { DockerError, daemonMessage, unlessGone } from "./errors.ts";
import type { Context } from "./resource.ts";

/** The image of that name or id, pulled when the host has none; one of Trivet's own is never pulled. */
export async function ensureImage(
  { docker, endpoint }: Context,
  name: string,
  platform?: string,
): Promise<Docker.ImageInspectInfo> {
  const local = await unlessGone(docker.getImage(name).inspect());
  if (local) return local;
  if (name.startsWith("sha256:")) {
    throw new DockerError(
      `Image ${name} is not on this Docker host any more. \`trivet up\` builds Trivet's own images again.`,
    );
  }
  if (isTrivetImage(name)) throw new DockerError(missingImage(name, endpoint));
  try {
    await pull(docker, name, platform);
    return await docker.getImage(name).inspect();
  } catch (error) {
    throw new DockerError(
      `Image ${name} is not on this Docker host, and no registry gave it (${daemonMessage(error)}). ` +
        "Load it with `docker load -i FILE`, or build it under this name.",
    );
  }
}

async function pull(docker: Docker, name: string, platform: string | undefined): Promise<void> {
  const stream = await docker.pull(name.includes("@") || /:[^/]*$/.test(name) ? name : `${name}:latest`, { platform });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null, events: { error?: string }[]) => {
      const failed = events?.find((event) => event.error)?.error;
      if (error || failed) reject(error ?? new Error(failed));
      else resolve();
    });
  });
}
