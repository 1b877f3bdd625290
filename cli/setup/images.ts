import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageBuildOptions } from "dockerode";
import pLimit from "p-limit";
import { UserError } from "../../core/errors.ts";
import { PROGRAM } from "../../images/bundle.ts";
import {
  type AnyImageName,
  checkImageNames,
  type ImageName,
  imageFolder,
  imageNames,
  imageProgram,
  imageTag,
  standsOn,
  toolImageNames,
} from "../../images/index.ts";
import type { Settings } from "../../stacks/settings.ts";
import { duration } from "../show/duration.ts";
import type { Say } from "../show/tasks.ts";
import { alone } from "./alone.ts";
import { DEBIAN } from "./baseImage.ts";
import { docker, tagsPresent } from "./docker.ts";
import { nodeBinary } from "./nodeBinary.ts";
import type { Step } from "./step.ts";

/** Builds at a time: they mostly wait for the mirror and unpack, and share the machine's cores. */
const CONCURRENCY = 2;

/** Says of an image that it is one of ours, and which. */
const LABEL = "io.trivet.image";

/** Milliseconds after which an image of an earlier content is removed, when nothing uses it. */
const KEPT = 24 * 3_600_000;

/** Those of our images that are not there in their present content, but for the ones that settings name in their place. */
async function missingImages(settings?: Settings): Promise<ImageName[]> {
  const present = await tagsPresent();
  const named: Partial<Record<ImageName, string>> = settings?.images ?? {};
  return imageNames.filter((name) => !named[name] && !present.has(imageTag(name)));
}

export const images: Step = {
  title: "Images",
  async check(site) {
    const missing = await missingImages(site?.settings);
    return missing.length ? `build ${missing.join(", ")}` : undefined;
  },
  async make(say, site) {
    await buildAlone(() => missingImages(site?.settings), say);
  },
};

/** The images that stand on nothing else that is to be built come first. */
const heightOf = (name: AnyImageName): number => {
  const ground = standsOn(name);
  return ground === undefined ? 0 : 1 + heightOf(ground);
};

/** The step that builds some images which no environment is made of, and the base that they stand on. */
function buildStep(title: string, names: readonly AnyImageName[]): Step {
  const missing = async (): Promise<AnyImageName[]> => {
    const present = await tagsPresent();
    const those = names.filter((name) => !present.has(imageTag(name)));
    return those.length && !present.has(imageTag("base")) ? ["base", ...those] : those;
  };
  return {
    title,
    async check() {
      const those = await missing();
      return those.length ? `build ${those.join(", ")}` : undefined;
    },
    make: (say) => buildAlone(missing, say),
  };
}

export const guardImage = buildStep("Image of the chaos suite's guard", checkImageNames);
export const hostImage = buildStep("Image of the bed's hosts", ["host"]);
export const registryImage = buildStep("Image of the registry", ["registry"]);

/** Builds what is missing at the time when no other run builds: two that build the same image would exchange it under each other's feet. */
async function buildAlone(missing: () => Promise<AnyImageName[]>, say: Say): Promise<void> {
  await alone("images", "builds images", say, async () => {
    await buildImages(await missing(), say);
    await pruneImages();
  });
}

/** Builds images from their folders, what others stand on before them. `fresh`: with what the mirror has now, nothing from before. */
export async function buildImages(
  names: readonly AnyImageName[],
  say: Say,
  { fresh = false }: { fresh?: boolean } = {},
): Promise<void> {
  const underWay = new Map<AnyImageName, string>();
  let done = 0;
  const build = async (name: AnyImageName) => {
    const began = performance.now();
    await buildImage(name, fresh, (line) => {
      underWay.set(name, line);
      say(`${done} of ${names.length} built; ${[...underWay].map(([image, at]) => `${image}: ${at}`).join("; ")}`);
    });
    underWay.delete(name);
    done++;
    say(`built ${imageTag(name)} in ${duration(performance.now() - began)}`, "lasting");
  };
  const grounds = new Set(names.map(standsOn));
  const first = names.filter((name) => (grounds as Set<AnyImageName | undefined>).has(name));
  for (const name of first.sort((a, b) => heightOf(a) - heightOf(b))) await build(name);
  const limit = pLimit(CONCURRENCY);
  await Promise.all(names.filter((name) => !first.includes(name)).map((name) => limit(build, name)));
}

/** What stands in an image's build context beside its folder, by the path there: a file to copy, or its content. */
async function besideFolder(name: AnyImageName): Promise<Record<string, { from: string } | { content: Uint8Array }>> {
  if (name === "node") {
    const { path, file } = await nodeBinary((await docker.version()).Arch);
    return { [file]: { from: path } };
  }
  const content = imageProgram(name);
  return content ? { [PROGRAM]: { content } } : {};
}

/** Does something with the whole build context of an image: its folder, or a copy of that with what else belongs to it. */
async function withContext<T>(name: AnyImageName, use: (context: string) => Promise<T>): Promise<T> {
  const beside = Object.entries(await besideFolder(name));
  if (beside.length === 0) return use(imageFolder(name));
  const context = await mkdtemp(join(tmpdir(), "trivet-image-"));
  try {
    await cp(imageFolder(name), context, { recursive: true });
    for (const [path, file] of beside) {
      if ("from" in file) await cp(file.from, join(context, path));
      else await writeFile(join(context, path), file.content);
    }
    return await use(context);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

async function buildImage(name: AnyImageName, fresh: boolean, say: (line: string) => void): Promise<void> {
  const ground = standsOn(name);
  const below = ground === undefined ? DEBIAN : imageTag(ground);
  // The builder would ask a registry for it, under a name that is not ours there.
  if (!(await tagsPresent()).has(below)) {
    throw new UserError(
      `The image ${imageTag(name)} stands on ${below}, which is gone: "trivet images" makes it again.`,
    );
  }
  const proxies = Object.entries(process.env).filter(([key]) => /^(https?|no)_proxy$/i.test(key));
  const options: ImageBuildOptions = {
    t: imageTag(name),
    buildargs: {
      ...(Object.fromEntries(proxies) as Record<string, string>),
      [ground === undefined ? "DEBIAN" : "BASE"]: below,
    },
    labels: { [LABEL]: name },
    // The machine's own network and its way to the mirror.
    networkmode: "host",
    nocache: fresh,
    rm: true,
    forcerm: true,
  };
  const lines: string[] = [];
  await withContext(name, async (context) => {
    const stream = await docker.buildImage({ context, src: await readdir(context) }, options);
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(
        stream,
        (error) => (error ? reject(buildError(name, error, lines)) : resolve()),
        ({ stream: text, error }: { stream?: string; error?: string }) => {
          const line = (text ?? error ?? "").trim();
          if (!line) return;
          lines.push(line);
          say(line.split("\n").at(-1)!.slice(0, 80));
        },
      );
    });
  });
}

function buildError(name: AnyImageName, error: Error, lines: string[]): UserError {
  const words = lines.slice(-12).join("\n  ");
  return new UserError(
    `The image ${imageTag(name)} could not be built: ${error.message}\n  ${words}\n` +
      `A Debian mirror must be reachable from this machine; "trivet images" tries again.`,
  );
}

/** Removes what earlier builds of ours left: images without a tag, or tagged by a content that is no longer the present one. */
async function pruneImages(): Promise<void> {
  const ours = await docker.listImages({ filters: { label: [LABEL] } });
  const current = new Set<string>([...imageNames, ...checkImageNames, ...toolImageNames].map(imageTag));
  for (const { Id, RepoTags, Created } of ours) {
    const tags = (RepoTags ?? []).filter((tag) => tag !== "<none>:<none>");
    const outdated = tags.every((tag) => /^trivet\/\w+:[0-9a-f]{12}$/.test(tag) && !current.has(tag));
    if (!outdated || Date.now() - Created * 1000 < KEPT) continue;
    // Refused when a container uses it, or another image stands on it: then it stays.
    for (const reference of tags.length ? tags : [Id])
      await docker
        .getImage(reference)
        .remove()
        .catch(() => {});
  }
}

/** Removes all images of ours that no container uses, and the Debian below them: as on a machine that never had them. */
export async function removeImages(): Promise<void> {
  const ours = await docker.listImages({ filters: { label: [LABEL] } });
  // What stands on another comes before it.
  const references = [...ours].sort((a, b) => b.Created - a.Created).map(({ Id }) => Id);
  for (const reference of [...references, DEBIAN])
    await docker
      .getImage(reference)
      .remove({ force: true })
      .catch(() => {});
}
