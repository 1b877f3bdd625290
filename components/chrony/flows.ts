import { flow } from "../../core/flow.ts";
import { udp } from "../../core/service.ts";
import type { Flows } from "../places.ts";
import { chrony, ntpPort } from "./facts.ts";

export const flows: Flows = ({ hosts, hostsOf }) => [
  flow(
    "NTP",
    udp(ntpPort),
    hosts.map(({ name }) => name),
    hostsOf(chrony.name),
  ),
];
