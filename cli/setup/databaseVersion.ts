import { UserError } from "../../core/errors.ts";
import { imageTag } from "../../images/index.ts";
import type { Settings } from "../../stacks/settings.ts";
import { docker } from "./docker.ts";

/** MariaDB of the image that an environment's database runs on: `11.8.6`. */
export async function databaseVersion({ images }: Pick<Settings, "images">): Promise<string> {
  const image = images.galera ?? imageTag("galera");
  const container = await docker
    .createContainer({ Image: image, Entrypoint: ["mariadbd", "--version"], HostConfig: { NetworkMode: "none" } })
    .catch((error) => {
      if (error.statusCode !== 404) throw error;
      throw new UserError(
        `The image ${image} is not on this machine, so nobody knows its MariaDB: ${images.galera ? `docker pull ${image}` : "npx trivet images"}`,
      );
    });
  try {
    await container.start();
    await container.wait();
    const said = (await container.logs({ stdout: true, stderr: true })).toString("latin1");
    const [, version] = /Ver (\d+\.\d+\.\d+)/.exec(said) ?? [];
    if (!version) throw new UserError(`The image ${image} has no MariaDB that tells its version.`);
    return version;
  } finally {
    await container.remove({ force: true });
  }
}
