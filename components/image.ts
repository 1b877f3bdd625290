import * as pulumi from "@pulumi/pulumi";
import { missingImage } from "../hosts/images.ts";
import { withDocker } from "../hosts/reach.ts";

interface Inputs {
  /** `unix:///var/run/docker.sock` or `ssh://user@host`. */
  endpoint: string;
  /** Name and tag. */
  image: string;
}

/** Milliseconds in which the host has to answer. */
const ANSWER = 60_000;

async function isThere({ endpoint, image }: Inputs): Promise<boolean> {
  try {
    await withDocker(endpoint, ANSWER, `Docker, asked for the image ${image},`, (docker) =>
      docker.getImage(image).inspect(),
    );
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

async function mustBeThere(inputs: Inputs): Promise<void> {
  if (!(await isThere(inputs))) throw new Error(missingImage(inputs.image, inputs.endpoint));
}

const provider: pulumi.dynamic.ResourceProvider<Inputs, Inputs> = {
  async create(inputs) {
    await mustBeThere(inputs);
    return { id: inputs.image, outs: inputs };
  },
  async update(_id, _olds, news) {
    await mustBeThere(news);
    return { outs: news };
  },
  /** One that was removed from the host leaves the state, so that the next run looks again. */
  async read(id, props) {
    return props && (await isThere(props)) ? { id, props } : { id: "" };
  },
  async diff(_id, olds, news) {
    return { changes: olds.endpoint !== news.endpoint || olds.image !== news.image };
  },
};

/**
 * An image that a host has. Pulumi's own docker provider pulls an image that is missing, whatever its name: a resource that
 * depends on this one fails before it asks a registry.
 */
export class PresentImage extends pulumi.dynamic.Resource {
  constructor(name: string, args: Inputs, opts?: pulumi.CustomResourceOptions) {
    super(provider, name, { ...args }, opts);
  }
}
