import type * as pulumi from "@pulumi/pulumi";
import type { Flow } from "../../core/flow.ts";
import type { Host } from "../../core/host.ts";
import type { ServiceRecord } from "../../core/inventory.ts";
import { serviceContainer, serviceRecord } from "../service.ts";
import { receiver, receiverPort } from "./facts.ts";

/** Runs the lab's stand-in for a pager on a machine of its own. The notifications outlive its container. */
export function createReceiver(host: Host, image: pulumi.Input<string>): ServiceRecord[] {
  serviceContainer({ host, service: receiver.name, image, volumes: { data: "/var/lib/trivet" } }, {});
  return [serviceRecord(host, receiver.name)];
}

/** Flows that firewalls must let through, by names of hosts. */
export const receiverFlows = (masters: string[], receivers: string[]): Flow[] => [
  { name: "Notifications", protocol: "tcp", port: receiverPort, from: masters, to: receivers },
];
