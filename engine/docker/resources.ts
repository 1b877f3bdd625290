import { container } from "./container/index.ts";
import { image } from "./image/index.ts";
import { network } from "./network.ts";
import { remoteImage } from "./remote-image.ts";
import type { Resource } from "./resource.ts";
import { volume } from "./volume.ts";

/** Every resource type that this provider serves, by its token. */
export const resources: Record<string, Resource> = {
  "docker:index/container:Container": container,
  "docker:index/image:Image": image,
  "docker:index/network:Network": network,
  "docker:index/remoteImage:RemoteImage": remoteImage,
  "docker:index/volume:Volume": volume,
};
