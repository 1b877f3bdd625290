export { IcingaAgent, type IcingaAgentArgs } from "./agent.ts";
export type { CheckCredential } from "./credentials.ts";
export { apiPort, redisPort, webPort } from "./facts.ts";
export { IcingaMasters, type IcingaMastersArgs } from "./masters.ts";
export type { DatabaseAccess } from "./node.ts";
export type { Recipient } from "./recipients.ts";
export { IcingaSatellite, type IcingaSatelliteArgs } from "./satellite.ts";
export { IcingaWeb, type IcingaWebArgs } from "./web.ts";
