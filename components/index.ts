/** The components for other stacks: `import { GaleraCluster } from "trivet/components"`. */

export { UserError } from "../core/errors.ts";
export type { Flow } from "../core/flow.ts";
export type { Host } from "../core/host.ts";
export type { ServiceRecord } from "../core/inventory.ts";
export { DnsForwarder, type DnsForwarderArgs } from "./bind/index.ts";
export { TimeService, type TimeServiceArgs } from "./chrony/index.ts";
export { consulFlows } from "./consul/flows.ts";
export { ConsulCluster, type ConsulClusterArgs, type ServiceRegistration } from "./consul/index.ts";
export { ConfigFiles, type ConfigFilesArgs } from "./files/index.ts";
export { galeraFlows } from "./galera/flows.ts";
export {
  type AdoptedMember,
  GaleraCluster,
  type GaleraClusterArgs,
  GaleraSupervisor,
  type GaleraSupervisorArgs,
} from "./galera/index.ts";
export { webPort } from "./icinga/facts.ts";
export {
  type DatabaseAccess,
  IcingaAgent,
  type IcingaAgentArgs,
  IcingaMasters,
  type IcingaMastersArgs,
  IcingaSatellite,
  type IcingaSatelliteArgs,
  IcingaWeb,
  type IcingaWebArgs,
} from "./icinga/index.ts";
export type { Check, WatchedHost } from "./icinga/watched.ts";
export { CertificateAuthority, certificate } from "./keys/certificates.ts";
export { EntryProxy, type EntryProxyArgs } from "./proxy/index.ts";
export type { Transform } from "./transform.ts";
