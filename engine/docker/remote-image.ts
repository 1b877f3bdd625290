import { DockerError, daemonMessage, unlessGone } from "./errors.ts";
import { ensureImage } from "./images.ts";
import { echo } from "./outputs.ts";
import { type Resource, timeouts } from "./resource.ts";
import { boolean, inPlace, map, object, refused, required, set, string } from "./schema.ts";

/** docker:index/remoteImage:RemoteImage, an image that is on the host or is pulled. Its id is the image's id and name. */
export const remoteImage: Resource = {
  fields: {
    build: refused(inPlace(object({})), "build it with the resource docker.Image, or with `docker build` beforehand."),
    forceRemove: inPlace(boolean),
    keepLocally: inPlace(boolean),
    name: required(string),
    platform: string,
    pullTriggers: set,
    triggers: map,
  },
  namesItself: false,
  computed: ["imageId", "repoDigest"],
  deleteBeforeReplace: false,
  meta: timeouts,

  async create(context, inputs) {
    const name = inputs.name as string;
    const image = await ensureImage(context, name, inputs.platform as string | undefined);
    return image.Id + name;
  },

  async read({ docker }, id, known) {
    const name = (known.name as string | undefined) ?? id.replace(/^sha256:[0-9a-f]{64}/, "");
    const image = await unlessGone(docker.getImage(name).inspect());
    if (!image) return undefined;
    return {
      ...echo(remoteImage.fields, { ...known, name }),
      id: image.Id + name,
      imageId: image.Id,
      repoDigest: repoDigest(name, image.RepoDigests ?? []),
    };
  },

  async update(context, _id, _olds, news) {
    await ensureImage(context, news.name as string, news.platform as string | undefined);
  },

  async remove({ docker }, _id, inputs) {
    if (inputs.keepLocally) return;
    const name = inputs.name as string;
    try {
      await unlessGone(docker.getImage(name).remove({ force: Boolean(inputs.forceRemove) }));
    } catch (error) {
      throw new DockerError(
        `Image ${name} could not be removed: ${daemonMessage(error)}. Set keepLocally: true to leave images on the host.`,
      );
    }
  },
};

/** The digest under which the image's own repository knows it; empty for an image that never came from a registry. */
function repoDigest(name: string, digests: string[]): string {
  const repository = name.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
  return digests.find((digest) => digest.startsWith(`${repository}@`)) ?? digests[0] ?? "";
}
