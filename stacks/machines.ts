import type { Flows } from "../components/places.ts";
import { receiver } from "../components/receiver/facts.ts";
import { flows as receiverFlows } from "../components/receiver/flows.ts";
import { target } from "../lab/facts.ts";
import type { Settings } from "./settings.ts";

type LabSettings = NonNullable<Settings["lab"]>;

/** What runs on a machine that only a lab has. */
export type MachineService = typeof target.name | typeof receiver.name;

/** A kind of machine that a lab has beside the hosts: to be watched, or to be told. How it is made is in the program. */
interface MachineKind {
  service: MachineService;
  places(lab: LabSettings): readonly { name: string }[];
  flows?: Flows;
}

export const machineKinds: readonly MachineKind[] = [
  { service: target.name, places: ({ targets }) => targets },
  {
    service: receiver.name,
    places: (lab) => (lab.receiver ? [lab.receiver] : []),
    flows: receiverFlows,
  },
];
