import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../core/host.ts";
import { serviceContainer } from "../service.ts";
import { receiver } from "./facts.ts";

/** Runs the lab's stand-in for a pager on a machine of its own. The notifications outlive its container. */
export function createReceiver(host: Host, image: pulumi.Input<string>): pulumi.Resource {
  return serviceContainer({ host, service: receiver.name, image, volumes: { data: "/var/lib/trivet" } }, {}).healthy;
}
