import type * as pulumi from "@pulumi/pulumi";
import { serviceContainer } from "../components/service.ts";
import type { Host } from "../core/host.ts";
import { target } from "./facts.ts";

/** Runs what there is to watch on a machine of its own: SSH and a page. */
export function createTarget(host: Host, image: pulumi.Input<string>): pulumi.Resource {
  return serviceContainer({ host, service: target.name, image }, {}).healthy;
}
