import type { ServiceRecord } from "../../core/inventory.ts";
import { within } from "./shell.ts";

/** An agent's configuration as it was uploaded; a start of the container copies it to where the agent reads it. */
export const agentFile = "/etc/trivet/consul/agent.json";

/** Lets the running agent read it again: services and checks. */
export const reload = (service: ServiceRecord): string =>
  within(service, `cat ${agentFile} > /etc/consul.d/trivet/agent.json; consul reload > /dev/null`);
