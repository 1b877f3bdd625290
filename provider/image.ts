import { z } from "zod";
import type { PresentImageInputs } from "../components/image.ts";
import { endpointSchema } from "../core/address.ts";
import { missingImage } from "../hosts/images.ts";
import { withDocker } from "../hosts/reach.ts";
import type { Kind } from "./kind.ts";

/** Milliseconds in which the host has to answer. */
const ANSWER = 60_000;

async function isThere({ endpoint, image }: PresentImageInputs): Promise<boolean> {
  try {
    await withDocker(endpoint, { within: ANSWER }, `Docker, asked for the image ${image},`, (docker) =>
      docker.getImage(image).inspect(),
    );
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

async function mustBeThere(inputs: PresentImageInputs): Promise<void> {
  if (!(await isThere(inputs))) throw new Error(missingImage(inputs.image, inputs.endpoint));
}

/** Fails where a host has not the image. */
export const presentImage: Kind<PresentImageInputs> = {
  inputs: z.strictObject({ endpoint: endpointSchema, image: z.string().min(1) }),
  updates: ["endpoint", "image"],
  async create(inputs) {
    await mustBeThere(inputs);
    return { id: inputs.image, outputs: inputs };
  },
  async update(_olds, news) {
    await mustBeThere(news);
    return news;
  },
  // One that was removed from the host leaves the state, so that the next run looks again.
  exists: isThere,
};
