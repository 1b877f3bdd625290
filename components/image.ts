import type * as pulumi from "@pulumi/pulumi";
import { type Given, Provided } from "./provided.ts";

export interface PresentImageInputs {
  /** `unix:///var/run/docker.sock` or `ssh://[user@]host[:port]`. */
  endpoint: string;
  /** Name and tag. */
  image: string;
}

/**
 * An image that a host has. Pulumi's own docker provider pulls an image that is missing, whatever its name: a resource that
 * depends on this one fails before it asks a registry.
 */
export class PresentImage extends Provided {
  constructor(name: string, args: Given<PresentImageInputs>, opts?: pulumi.CustomResourceOptions) {
    super("PresentImage", name, { ...args }, opts);
  }
}
