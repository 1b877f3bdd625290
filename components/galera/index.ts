export type { GaleraClusterArgs } from "./args.ts";
export type { CapacitySettings } from "./capacity.ts";
export type { ClockSettings } from "./clock.ts";
export { GaleraCluster } from "./cluster.ts";
export type { GaleraSettings } from "./config.ts";
export type { AdoptedMember } from "./settings.ts";
export { GaleraSupervisor, type GaleraSupervisorArgs } from "./supervisor.ts";
