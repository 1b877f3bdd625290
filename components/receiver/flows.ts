import { flow } from "../../core/flow.ts";
import { tcp } from "../../core/service.ts";
import { icingaMaster } from "../icinga/facts.ts";
import type { Flows } from "../places.ts";
import { receiver, receiverPort } from "./facts.ts";

export const flows: Flows = ({ hostsOf }) => [
  flow("Notifications", tcp(receiverPort), hostsOf(icingaMaster.name), hostsOf(receiver.name)),
];
