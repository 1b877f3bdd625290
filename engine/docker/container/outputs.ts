import type Docker from "dockerode";
import { formatDuration, parseDuration } from "../../../core/goDuration.ts";
import type { Props, Value } from "../../wire/values.ts";
import { echo, listOrNull, mapOrNull } from "../outputs.ts";
import { argsOf, type Healthcheck } from "./args.ts";
import { fields } from "./fields.ts";

const MIB = 2 ** 20;

/** What the daemon tells beyond dockerode's types. */
interface Inspected extends Docker.ContainerInspectInfo {
  Config: Docker.ContainerInspectInfo["Config"] & { StopSignal?: string; StopTimeout?: number };
  NetworkSettings: Docker.ContainerInspectInfo["NetworkSettings"] & { Bridge?: string };
}

/**
 * The outputs of a container: what Docker tells, over what is known from before. Environment, labels, volumes and
 * networks are not read back, as Docker mixes the image's own into them; the real provider does the same.
 */
export function containerOutputs(found: Docker.ContainerInspectInfo, known: Props): Props {
  const { Config: config, HostConfig: host, NetworkSettings: network, State: state } = found as Inspected;
  const args = argsOf(known);
  const echoed = echo(fields, known);
  return {
    ...echoed,
    bridge: network.Bridge ?? "",
    capabilities: capabilities(host, args.capabilities, echoed.capabilities!),
    command: config.Cmd ?? [],
    containerLogs: null,
    cpuSet: host.CpusetCpus ?? "",
    cpuShares: host.CpuShares ?? 0,
    dns: listOrNull(host.Dns),
    dnsOpts: listOrNull(host.DnsOptions),
    dnsSearches: listOrNull(host.DnsSearch),
    domainname: config.Domainname ?? "",
    entrypoints: listOf(config.Entrypoint),
    envs: echoed.envs ?? [],
    exitCode: state.Running ? null : state.ExitCode,
    groupAdds: listOrNull(host.GroupAdd),
    healthcheck: config.Healthcheck ? healthcheck(config.Healthcheck, args.healthcheck ?? undefined) : null,
    hostname: config.Hostname,
    hosts: (host.ExtraHosts ?? []).map((line: string) => {
      const [name, ip] = line.split(/:(.*)/s, 2);
      return { host: name!, ip: ip ?? "" };
    }),
    id: found.Id,
    image: args.image?.startsWith("sha256:") ? found.Image : config.Image,
    init: host.Init ?? false,
    ipcMode: host.IpcMode ?? "",
    logDriver: host.LogConfig?.Type ?? "",
    logOpts: args.logOpts ? mapOrNull(host.LogConfig?.Config) : null,
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    memory: Math.floor((host.Memory ?? 0) / MIB),
    memoryReservation: Math.floor((host.MemoryReservation ?? 0) / MIB),
    memorySwap: (host.MemorySwap ?? 0) > 0 ? Math.floor(host.MemorySwap! / MIB) : (host.MemorySwap ?? 0),
    // A container that should run and does not: the difference makes the next run start it.
    mustRun: Boolean(echoed.mustRun) && state.Running,
    name: found.Name.replace(/^\//, ""),
    networkDatas: Object.entries(network.Networks ?? {}).map(([name, endpoint]) => ({
      gateway: endpoint.Gateway,
      globalIpv6Address: endpoint.GlobalIPv6Address,
      globalIpv6PrefixLength: endpoint.GlobalIPv6PrefixLen,
      ipAddress: endpoint.IPAddress,
      ipPrefixLength: endpoint.IPPrefixLen,
      ipv6Gateway: endpoint.IPv6Gateway,
      macAddress: endpoint.MacAddress,
      networkName: name,
    })),
    networkMode: host.NetworkMode ?? "",
    platform: found.Platform,
    ports: args.ports?.length && (state.Running || echoed.mustRun) ? ports(network.Ports) : echoed.ports!,
    privileged: host.Privileged ?? false,
    publishAllPorts: host.PublishAllPorts ?? false,
    readOnly: host.ReadonlyRootfs ?? false,
    restart: host.RestartPolicy?.Name || "no",
    rm: host.AutoRemove ?? false,
    runtime: host.Runtime ?? "",
    securityOpts: host.SecurityOpt ?? [],
    shmSize: Math.floor((host.ShmSize ?? 0) / MIB),
    stdinOpen: config.OpenStdin ?? false,
    stopSignal: config.StopSignal ?? "",
    stopTimeout: config.StopTimeout ?? 0,
    storageOpts: mapOrNull(host.StorageOpt),
    sysctls: mapOrNull(host.Sysctls),
    tmpfs: mapOrNull(host.Tmpfs),
    tty: config.Tty ?? false,
    user: config.User ?? "",
    usernsMode: host.UsernsMode ?? "",
    workingDir: config.WorkingDir ?? "",
  };
}

/** Newer daemons answer `CAP_NET_ADMIN` where `NET_ADMIN` was asked for: that is no difference. */
function capabilities(
  host: Docker.HostConfig,
  asked: { adds?: string[]; drops?: string[] } | undefined,
  echoed: Value,
): Value {
  const plain = (names: string[] | null | undefined) => (names ?? []).map((name) => name.replace(/^CAP_/, "")).sort();
  const [adds, drops] = [plain(host.CapAdd), plain(host.CapDrop)];
  const asAsked = String([adds, drops]) === String([plain(asked?.adds), plain(asked?.drops)]);
  return asAsked ? echoed : { adds, drops };
}

type Ports = Record<string, { HostIp: string; HostPort: string }[] | null>;

/** Sorted by the container's port. */
const ports = (bindings: Ports | undefined): Value =>
  Object.entries(bindings ?? {})
    .map(([key, hostPorts]) => ({ internal: Number.parseInt(key, 10), protocol: key.split("/")[1]!, hostPorts }))
    .sort((a, b) => a.internal - b.internal)
    .flatMap(({ internal, protocol, hostPorts }) =>
      (hostPorts ?? []).map(({ HostIp, HostPort }) => ({ external: Number(HostPort), internal, ip: HostIp, protocol })),
    );

/** Durations as Go prints them, unless what was asked for means the same: `60s` stays `60s`. */
function healthcheck(config: Docker.HealthConfig & { StartInterval?: number }, asked: Healthcheck | undefined): Value {
  const duration = (nanoseconds: number | undefined, text: string | undefined) =>
    text !== undefined && parseDuration(text) === (nanoseconds ?? 0) ? text : formatDuration(nanoseconds ?? 0);
  return {
    interval: duration(config.Interval, asked?.interval),
    retries: config.Retries ?? 0,
    startInterval: duration(config.StartInterval, asked?.startInterval),
    startPeriod: duration(config.StartPeriod, asked?.startPeriod),
    tests: config.Test ?? [],
    timeout: duration(config.Timeout, asked?.timeout),
  };
}

const listOf = (value: string | string[] | null | undefined): string[] =>
  Array.isArray(value) ? value : value ? [value] : [];
