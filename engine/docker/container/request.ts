import type Docker from "dockerode";
import { parseDuration } from "../../../core/goDuration.ts";
import { labelMap } from "../labels.ts";
import type { ContainerArgs, Healthcheck, Mount, NetworkAttachment, Port, VolumeMount } from "./args.ts";

const MIB = 2 ** 20;
const mib = (size: number | undefined): number | undefined => (size ? size * MIB : undefined);

/** What is sent to the daemon to create the container. */
export function createRequest(args: ContainerArgs): Docker.ContainerCreateOptions {
  return {
    name: args.name,
    platform: args.platform,
    Image: args.image,
    Cmd: args.command,
    Entrypoint: args.entrypoints?.length ? args.entrypoints : undefined,
    Env: args.envs,
    Hostname: args.hostname,
    Domainname: args.domainname,
    User: args.user,
    WorkingDir: args.workingDir,
    Labels: labelMap(args.labels),
    Tty: args.tty,
    OpenStdin: args.stdinOpen,
    StopSignal: args.stopSignal,
    StopTimeout: args.stopTimeout,
    Healthcheck: args.healthcheck && healthcheck(args.healthcheck),
    ExposedPorts: args.ports && Object.fromEntries(args.ports.map((port) => [portKey(port), {}])),
    Volumes: Object.fromEntries(
      (args.volumes ?? []).flatMap(({ containerPath }) => (containerPath ? [[containerPath, {}]] : [])),
    ),
    HostConfig: hostConfig(args),
  };
}

function hostConfig(args: ContainerArgs): Docker.HostConfig & { CgroupnsMode?: string } {
  const { volumes = [] } = args;
  return {
    AutoRemove: args.rm,
    Binds: volumes.flatMap(bind),
    CapAdd: args.capabilities?.adds,
    CapDrop: args.capabilities?.drops,
    CgroupParent: args.cgroupParent,
    CgroupnsMode: args.cgroupnsMode,
    CpuPeriod: args.cpus ? undefined : args.cpuPeriod,
    CpuQuota: args.cpus ? undefined : args.cpuQuota,
    CpuShares: args.cpuShares,
    CpusetCpus: args.cpuSet,
    Devices: args.devices?.map(({ hostPath, containerPath, permissions }) => ({
      PathOnHost: hostPath,
      PathInContainer: containerPath || hostPath,
      CgroupPermissions: permissions,
    })),
    Dns: args.dns,
    DnsOptions: args.dnsOpts,
    DnsSearch: args.dnsSearches,
    ExtraHosts: args.hosts?.map(({ host, ip }) => `${host}:${ip}`),
    GroupAdd: args.groupAdds,
    // Said explicitly, or the daemon's own default would decide.
    Init: args.init ?? false,
    IpcMode: args.ipcMode,
    LogConfig: { Type: args.logDriver ?? "", Config: args.logOpts },
    Memory: mib(args.memory),
    MemoryReservation: mib(args.memoryReservation),
    MemorySwap: args.memorySwap === -1 ? -1 : mib(args.memorySwap),
    Mounts: args.mounts?.map(mount),
    NanoCpus: args.cpus ? Math.round(Number(args.cpus) * 1e9) : undefined,
    NetworkMode: args.networkMode,
    PidMode: args.pidMode,
    PortBindings: args.ports && portBindings(args.ports),
    Privileged: args.privileged,
    PublishAllPorts: args.publishAllPorts,
    ReadonlyRootfs: args.readOnly,
    RestartPolicy: { Name: args.restart ?? "no", MaximumRetryCount: args.maxRetryCount ?? 0 },
    Runtime: args.runtime,
    SecurityOpt: args.securityOpts,
    ShmSize: mib(args.shmSize),
    StorageOpt: args.storageOpts,
    Sysctls: args.sysctls,
    Tmpfs: args.tmpfs,
    Ulimits: args.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    UsernsMode: args.usernsMode,
    VolumesFrom: volumes.flatMap(({ fromContainer }) => fromContainer || []),
  };
}

const portKey = ({ internal, protocol }: Port): string => `${internal}/${protocol}`;

/** No external port means a free one of the daemon's choice. */
const portBindings = (ports: Port[]) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(ports, portKey)).map(([key, bindings]) => [
      key,
      bindings!.map(({ ip, external }) => ({ HostIp: ip, HostPort: external ? String(external) : "" })),
    ]),
  );

function bind({ containerPath, volumeName, hostPath, readOnly, selinuxRelabel }: VolumeMount): string[] {
  const source = hostPath || volumeName;
  if (!source) return [];
  const mode = [readOnly ? "ro" : "rw", selinuxRelabel].filter(Boolean).join(",");
  return [`${source}:${containerPath}:${mode}`];
}

const mount = ({ type, target, source, readOnly, bindOptions, tmpfsOptions }: Mount): Docker.MountSettings => ({
  Type: type as Docker.MountType,
  Target: target,
  Source: source ?? "",
  ReadOnly: readOnly,
  BindOptions: bindOptions && { Propagation: bindOptions.propagation as Docker.MountPropagation },
  TmpfsOptions: tmpfsOptions && { SizeBytes: tmpfsOptions.sizeBytes ?? 0, Mode: tmpfsOptions.mode ?? 0 },
});

function healthcheck({
  tests,
  interval,
  timeout,
  startPeriod,
  startInterval,
  retries,
}: Healthcheck): Docker.HealthConfig {
  const every = parseDuration(startInterval);
  return {
    Test: tests,
    Interval: parseDuration(interval),
    Timeout: parseDuration(timeout),
    StartPeriod: parseDuration(startPeriod),
    Retries: retries,
    // Docker before 25 does not know it.
    ...(every && { StartInterval: every }),
  };
}

/** How the container is joined to one more network. */
export function endpointConfig(network: NetworkAttachment): Docker.EndpointSettings {
  const { aliases, driverOpts, gwPriority, ipv4Address, ipv6Address, linkLocalIps, macAddress } = network;
  return {
    Aliases: aliases,
    DriverOpts: driverOpts && Object.fromEntries(driverOpts.map((option) => option.split(/=(.*)/s, 2))),
    IPAMConfig: { IPv4Address: ipv4Address, IPv6Address: ipv6Address, LinkLocalIPs: linkLocalIps },
    MacAddress: macAddress,
    ...(gwPriority && { GwPriority: gwPriority }),
  } as Docker.EndpointSettings;
}
