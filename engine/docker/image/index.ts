import { posix } from "node:path";
import type Docker from "dockerode";
import { isObject, isUnknown, type Props, secret } from "../../wire/values.ts";
import { DockerError, daemonMessage, unlessGone } from "../errors.ts";
import { withoutDefaults } from "../inputs.ts";
import type { Context, Resource } from "../resource.ts";
import { boolean, type Fields, inPlace, list, map, object, refused, required, string } from "../schema.ts";
import {
  archivedDockerfile,
  type BuildContext,
  contextArchive,
  contextDigest,
  dockerfileInContext,
} from "./context.ts";

const NO_REGISTRY =
  "images are not pushed. Leave it out, set skipPush: true and use the image on the host that built it.";

const fields: Fields = {
  build: inPlace(
    object({
      addHosts: list,
      args: map,
      builderVersion: string,
      cacheFrom: refused(object({}), "nothing is pulled for a build. Leave it out: the daemon's own cache is used."),
      context: string,
      contextDigest: string,
      dockerfile: string,
      network: string,
      platform: string,
      target: string,
    }),
  ),
  buildOnPreview: inPlace(boolean),
  imageName: inPlace(required(string)),
  registry: refused(inPlace(object({})), NO_REGISTRY),
  skipPush: inPlace(boolean),
};

interface Build extends BuildContext {
  addHosts?: string[];
  args?: Record<string, string>;
  network?: string;
  platform: string;
  target?: string;
}

/**
 * docker:index/image:Image, an image built on the host by the daemon's classic builder. Its id is its name. The real
 * provider never removes one, and rebuilds when the digest of the context changes.
 */
export const image: Resource = {
  fields,
  namesItself: false,
  computed: ["baseImageName", "context", "dockerfile", "platform", "registryServer", "repoDigest"],
  deleteBeforeReplace: false,
  inputsStay: true,

  validate(inputs) {
    const failures = [];
    if (inputs.skipPush !== true && !isUnknown(inputs.skipPush)) {
      failures.push({ property: "skipPush", reason: `"skipPush" must be true: ${NO_REGISTRY}` });
    }
    if (inputs.buildOnPreview === true) {
      const reason = '"buildOnPreview" is not supported: a preview makes nothing. Leave it out.';
      failures.push({ property: "buildOnPreview", reason });
    }
    const builder = isObject(inputs.build) ? inputs.build.builderVersion : undefined;
    if (builder === "BuilderBuildKit") {
      const reason =
        '"build.builderVersion" BuilderBuildKit is not supported. Leave it out, or build with `docker build`.';
      failures.push({ property: "build.builderVersion", reason });
    }
    return failures;
  },

  async prepare(inputs) {
    const plain = withoutDefaults(inputs);
    const given = isObject(plain.build) ? plain.build : {};
    const context = given.context ?? ".";
    const dockerfile = given.dockerfile ?? (isUnknown(context) ? context : posix.join(String(context), "Dockerfile"));
    const build: Props = { platform: hostPlatform, ...given, context, dockerfile };
    if (
      typeof context === "string" &&
      typeof dockerfile === "string" &&
      !isUnknown(context) &&
      !isUnknown(dockerfile)
    ) {
      build.contextDigest = await contextDigest({ context, dockerfile });
    }
    return { ...plain, buildOnPreview: plain.buildOnPreview ?? false, build };
  },

  async create(context, inputs) {
    await buildImage(context, inputs);
    return inputs.imageName as string;
  },

  async read({ docker }, id, known) {
    const found = await unlessGone(docker.getImage(id).inspect());
    if (!found) return undefined;
    const inputs = Object.fromEntries(Object.entries(known).filter(([key]) => key in fields));
    const build = inputs.build as unknown as Build | undefined;
    if (!build)
      throw new DockerError(`Image ${id} can't be imported: it does not tell how it was built. Let it be built.`);
    return {
      __inputs: secret(inputs),
      baseImageName: id,
      context: build.context,
      dockerfile: dockerfileInContext(build),
      imageName: id,
      platform: build.platform,
      registryServer: "",
      repoDigest: found.Id,
    };
  },

  async update(context, _id, _olds, news) {
    await buildImage(context, news);
  },

  async remove() {},
};

const hostPlatform = `linux/${process.arch === "x64" ? "amd64" : process.arch}`;

async function buildImage({ docker }: Context, inputs: Props): Promise<void> {
  const name = inputs.imageName as string;
  const build = inputs.build as unknown as Build;
  const lines: string[] = [];
  try {
    const stream = await docker.buildImage(contextArchive(build) as unknown as NodeJS.ReadableStream, {
      t: name,
      dockerfile: archivedDockerfile(build),
      forcerm: true,
      ...(build.args && { buildargs: build.args }),
      ...(build.target && { target: build.target }),
      ...(build.network && { networkmode: build.network }),
      ...(build.addHosts?.length && { extrahosts: build.addHosts.join(",") }),
      // Naming the host's own platform is refused by old daemons without experimental features.
      ...(build.platform !== hostPlatform && { platform: build.platform }),
    });
    await finished(docker, stream, lines);
  } catch (error) {
    const output = lines.join("").trim().split("\n").slice(-20).join("\n").slice(-4000);
    throw new DockerError(`Image ${name} could not be built: ${daemonMessage(error)}\n${output}`.trim());
  }
}

interface Progress {
  stream?: string;
  error?: string;
}

const finished = (docker: Docker, stream: NodeJS.ReadableStream, lines: string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error: Error | null, events: Progress[]) => {
        const failure = events?.find((event) => event.error)?.error;
        if (error || failure) reject(error ?? new Error(failure));
        else resolve();
      },
      (event: Progress) => lines.push(event.stream ?? ""),
    );
  });
