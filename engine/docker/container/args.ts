import type { Props, Value } from "../../wire/values.ts";

/** The inputs of a container after Check, as far as the code looks at them by name. */
export interface ContainerArgs {
  name: string;
  image: string;
  capabilities?: { adds?: string[]; drops?: string[] };
  cgroupParent?: string;
  cgroupnsMode?: string;
  command?: string[];
  cpuPeriod?: number;
  cpuQuota?: number;
  cpuSet?: string;
  cpuShares?: number;
  cpus?: string;
  destroyGraceSeconds?: number;
  devices?: { hostPath: string; containerPath?: string; permissions: string }[];
  dns?: string[];
  dnsOpts?: string[];
  dnsSearches?: string[];
  domainname?: string;
  entrypoints?: string[];
  envs?: string[];
  groupAdds?: string[];
  healthcheck?: Healthcheck;
  hostname?: string;
  hosts?: { host: string; ip: string }[];
  init?: boolean;
  ipcMode?: string;
  labels?: Value;
  logDriver?: string;
  logOpts?: Record<string, string>;
  maxRetryCount?: number;
  /** MiB, as all sizes here. */
  memory?: number;
  memoryReservation?: number;
  memorySwap?: number;
  mounts?: Mount[];
  mustRun?: boolean;
  networkMode?: string;
  networksAdvanced?: NetworkAttachment[];
  pidMode?: string;
  platform?: string;
  ports?: Port[];
  privileged?: boolean;
  publishAllPorts?: boolean;
  readOnly?: boolean;
  removeVolumes?: boolean;
  restart?: string;
  rm?: boolean;
  runtime?: string;
  securityOpts?: string[];
  shmSize?: number;
  start?: boolean;
  stdinOpen?: boolean;
  stopSignal?: string;
  /** Seconds. */
  stopTimeout?: number;
  storageOpts?: Record<string, string>;
  sysctls?: Record<string, string>;
  tmpfs?: Record<string, string>;
  tty?: boolean;
  ulimits?: { name: string; soft: number; hard: number }[];
  uploads?: Upload[];
  user?: string;
  usernsMode?: string;
  volumes?: VolumeMount[];
  wait?: boolean;
  /** Seconds. */
  waitTimeout?: number;
  workingDir?: string;
}

export interface Healthcheck {
  tests?: string[];
  /** Durations in Go's notation, such as `1m30s`. */
  interval: string;
  timeout: string;
  startPeriod: string;
  startInterval: string;
  retries?: number;
}

export interface Port {
  internal: number;
  external?: number;
  ip: string;
  protocol: string;
}

export interface NetworkAttachment {
  name: string;
  aliases?: string[];
  driverOpts?: string[];
  gwPriority?: number;
  ipv4Address?: string;
  ipv6Address?: string;
  linkLocalIps?: string[];
  macAddress?: string;
}

export interface Upload {
  file: string;
  content?: string;
  contentBase64?: string;
  /** Path of a file on the machine that runs the provider. */
  source?: string;
  executable?: boolean;
  /** Octal. */
  permissions?: string;
}

export interface VolumeMount {
  containerPath?: string;
  volumeName?: string;
  hostPath?: string;
  fromContainer?: string;
  readOnly?: boolean;
  selinuxRelabel?: string;
}

export interface Mount {
  type: string;
  target: string;
  source?: string;
  readOnly?: boolean;
  bindOptions?: { propagation?: string };
  tmpfsOptions?: { sizeBytes?: number; mode?: number };
}

/** Check has made sure of the types. */
export const argsOf = (inputs: Props): ContainerArgs => inputs as unknown as ContainerArgs;
