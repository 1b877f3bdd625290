import type * as pulumi from "@pulumi/pulumi";
import type { Flows } from "../components/places.ts";
import { receiver } from "../components/receiver/facts.ts";
import { flows as receiverFlows } from "../components/receiver/flows.ts";
import { createReceiver } from "../components/receiver/index.ts";
import type { ServiceName } from "../components/services.ts";
import type { Host } from "../core/host.ts";
import { target } from "../lab/facts.ts";
import { createTarget } from "../lab/target.ts";
import type { Settings } from "./settings.ts";

type LabSettings = NonNullable<Settings["lab"]>;

/** A kind of machine that a lab has beside the hosts: to be watched, or to be told. */
interface MachineKind {
  service: ServiceName;
  places(lab: LabSettings): readonly { name: string }[];
  create(host: Host, image: pulumi.Input<string>): pulumi.Resource;
  flows?: Flows;
}

export const machineKinds: readonly MachineKind[] = [
  { service: target.name, places: ({ targets }) => targets, create: createTarget },
  {
    service: receiver.name,
    places: (lab) => (lab.receiver ? [lab.receiver] : []),
    create: createReceiver,
    flows: receiverFlows,
  },
];
