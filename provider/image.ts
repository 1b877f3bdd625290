import { z } from "zod";
import type { PresentImageInputs } from "../components/image.ts";
import { endpointSchema } from "../core/address.ts";
import { missingImage } from "../hosts/images.ts";
import { withDocker } from "../hosts/reach.ts";
import type { Context, Kind } from "./kind.ts";

/** Milliseconds in which the host has to answer. */
const ANSWER = 60_000;

async function isThere({ endpoint, image }: PresentImageInputs, signal?: AbortSignal): Promise<boolean> {
  try {
    await withDocker(endpoint, { within: ANSWER, signal }, `Docker, asked for the image ${image},`, (docker) =>
      docker.getImage(image).inspect(),
    );
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

async function mustBeThere(inputs: PresentImageInputs, { signal }: Context): Promise<void> {
  if (!(await isThere(inputs, signal))) throw new Error(missingImage(inputs.image, inputs.endpoint));
}

/** Fails where a host has not the image. */
export const presentImage: Kind<PresentImageInputs> = {
  inputs: z.strictObject({ endpoint: endpointSchema, image: z.string().min(1) }),
  updates: ["endpoint", "image"],
  async create(inputs, context) {
    await mustBeThere(inputs, context);
    return { id: inputs.image, outputs: inputs };
  },
  async update(_olds, news, context) {
    await mustBeThere(news, context);
    return news;
  },
  // One that was removed from the host leaves the state, so that the next run looks again.
  exists: (outputs) => isThere(outputs),
};
