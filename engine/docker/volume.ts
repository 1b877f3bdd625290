import pRetry, { AbortError } from "p-retry";
import { deepEqual } from "../wire/values.ts";
import { DockerError, daemonMessage, statusOf, unlessGone } from "./errors.ts";
import { isOurs, labelMap, whyNotOurs } from "./labels.ts";
import { echo, labelPairs, mapOrNull } from "./outputs.ts";
import { type Resource, schemaVersion } from "./resource.ts";
import { labels, map, refused, string } from "./schema.ts";

/** docker:index/volume:Volume, a named volume. Its id is its name. */
export const volume: Resource = {
  fields: {
    cluster: refused(
      { type: "object" },
      "Swarm cluster volumes are not. Leave it out for a volume on the Docker host.",
    ),
    driver: string,
    driverOpts: map,
    labels,
    name: string,
  },
  namesItself: true,
  computed: ["driver", "mountpoint"],
  deleteBeforeReplace: false,
  meta: schemaVersion(1),

  /** Docker answers a creation with the volume of that name if there is one: so look first whose it is. */
  async create({ docker }, inputs) {
    const name = inputs.name as string;
    const asked = labelMap(inputs.labels);
    const found = await unlessGone(docker.getVolume(name).inspect());
    if (!found) {
      const driver = inputs.driver as string | undefined;
      const driverOpts = inputs.driverOpts as Record<string, string> | undefined;
      await docker.createVolume({ Name: name, Driver: driver, DriverOpts: driverOpts, Labels: asked });
      return name;
    }
    const remedy = `Remove it with \`docker volume rm ${name}\` (its data is lost), or give this volume another name.`;
    if (!isOurs(found.Labels, asked)) {
      throw new DockerError(`A volume ${name} already exists, and ${whyNotOurs(found.Labels, asked)}. ${remedy}`);
    }
    const sameOptions = deepEqual(found.Options ?? {}, (inputs.driverOpts as Record<string, string>) ?? {});
    if (found.Driver !== (inputs.driver ?? found.Driver) || !sameOptions) {
      throw new DockerError(
        `A volume ${name} of this environment already exists with another driver or options. ${remedy}`,
      );
    }
    return name;
  },

  async read({ docker }, id, known) {
    const found = await unlessGone(docker.getVolume(id).inspect());
    if (!found) return undefined;
    return {
      ...echo(volume.fields, known),
      driver: found.Driver,
      driverOpts: mapOrNull(found.Options),
      id: found.Name,
      labels: labelPairs(found.Labels),
      mountpoint: found.Mountpoint,
      name: found.Name,
    };
  },

  /** A volume is in use until its last container is really gone. */
  async remove({ docker, signal }, id) {
    const attempt = async () => {
      try {
        await unlessGone(docker.getVolume(id).remove());
      } catch (error) {
        if (statusOf(error) === 409) throw new Error(daemonMessage(error));
        throw new AbortError(error as Error);
      }
    };
    await pRetry(attempt, { retries: 20, factor: 1.3, minTimeout: 100, maxTimeout: 2000, signal }).catch((error) => {
      if (statusOf(error)) throw error;
      throw new DockerError(
        `Volume ${id} could not be removed: ${daemonMessage(error)}. Remove what uses it: \`docker ps -a --filter volume=${id}\`.`,
      );
    });
  },
};
