/** A container as the state records it, in plain values. The names are those of Pulumi's docker provider. */
export interface RecordedContainer {
  name: string;
  /** A name where the state knows one, else an id. */
  image: string;
  host: string;
  service: string;
  // biome-ignore lint/suspicious/noExplicitAny: inputs of any container, also such as a user's transform made
  inputs: Record<string, any>;
  files: RecordedFile[];
}

export interface RecordedFile {
  /** Absolute, in the container. */
  path: string;
  content: string | Buffer;
  /** Octal, in the container. */
  mode: string;
  secret: boolean;
}

/** What `docker` is told to make a container, and what it can't be told. */
export interface CreateCommand {
  /** Arguments after `docker`. */
  create: string[];
  /** Further networks, each the arguments of a call of its own. */
  connect: string[][];
  /** Inputs of the record that no option stands for. */
  left: string[];
}

/** Only how Pulumi's provider goes about it, or said by other options. */
const aside = new Set([
  ..."name image uploads command entrypoints networksAdvanced attach logs mustRun start wait waitTimeout".split(" "),
  ..."removeVolumes destroyGraceSeconds containerReadRefreshTimeoutMilliseconds maxRetryCount networkMode".split(" "),
]);

type Options = (value: never, inputs: RecordedContainer["inputs"]) => string[];
const one = (option: string) => (value: string | number) => [option, String(value)];
const each = (option: string) => (values: string[]) => values.flatMap((value) => [option, value]);
const pairs = (option: string) => (values: Record<string, string>) =>
  Object.entries(values).flatMap(([key, value]) => [option, `${key}=${value}`]);
const mib = (option: string) => (value: number) => [option, value < 0 ? String(value) : `${value}m`];
const flag = (option: string) => () => [option];

/** Options of `docker create` by input. */
const options: Record<string, Options> = {
  capabilities: ({ adds = [], drops = [] }: { adds?: string[]; drops?: string[] }) => [
    ...each("--cap-add")(adds),
    ...each("--cap-drop")(drops),
  ],
  cgroupParent: one("--cgroup-parent"),
  cgroupnsMode: one("--cgroupns"),
  cpus: one("--cpus"),
  cpuPeriod: one("--cpu-period"),
  cpuQuota: one("--cpu-quota"),
  cpuSet: one("--cpuset-cpus"),
  cpuShares: one("--cpu-shares"),
  dns: each("--dns"),
  dnsOpts: each("--dns-option"),
  dnsSearches: each("--dns-search"),
  domainname: one("--domainname"),
  envs: each("--env"),
  groupAdds: each("--group-add"),
  hostname: one("--hostname"),
  hosts: (hosts: { host: string; ip: string }[]) => hosts.flatMap(({ host, ip }) => ["--add-host", `${host}:${ip}`]),
  init: flag("--init"),
  ipcMode: one("--ipc"),
  labels: (labels: { label: string; value: string }[]) =>
    labels.flatMap(({ label, value }) => ["--label", `${label}=${value}`]),
  logDriver: one("--log-driver"),
  logOpts: pairs("--log-opt"),
  memory: mib("--memory"),
  memoryReservation: mib("--memory-reservation"),
  memorySwap: mib("--memory-swap"),
  pidMode: one("--pid"),
  platform: one("--platform"),
  ports: (ports: { internal: number; external?: number; ip?: string; protocol?: string }[]) =>
    ports.flatMap(({ internal, external, ip = "0.0.0.0", protocol = "tcp" }) => [
      "--publish",
      `${ip}:${external || ""}:${internal}/${protocol}`,
    ]),
  privileged: flag("--privileged"),
  publishAllPorts: flag("--publish-all"),
  readOnly: flag("--read-only"),
  restart: (restart: string, { maxRetryCount }) => [
    "--restart",
    maxRetryCount ? `${restart}:${maxRetryCount}` : restart,
  ],
  rm: flag("--rm"),
  runtime: one("--runtime"),
  securityOpts: each("--security-opt"),
  shmSize: mib("--shm-size"),
  stdinOpen: flag("--interactive"),
  stopSignal: one("--stop-signal"),
  stopTimeout: one("--stop-timeout"),
  storageOpts: pairs("--storage-opt"),
  sysctls: pairs("--sysctl"),
  tmpfs: (mounts: Record<string, string>) =>
    Object.entries(mounts).flatMap(([path, opts]) => ["--tmpfs", opts ? `${path}:${opts}` : path]),
  tty: flag("--tty"),
  ulimits: (limits: { name: string; soft: number; hard: number }[]) =>
    limits.flatMap(({ name, soft, hard }) => ["--ulimit", `${name}=${soft}:${hard}`]),
  user: one("--user"),
  usernsMode: one("--userns"),
  volumes: (volumes: Record<string, string | boolean>[]) => volumes.flatMap(volume),
  workingDir: one("--workdir"),
};

function volume({
  containerPath,
  volumeName,
  hostPath,
  fromContainer,
  readOnly,
  selinuxRelabel,
}: Record<string, unknown>) {
  if (fromContainer) return ["--volumes-from", String(fromContainer)];
  const source = hostPath || volumeName;
  const mode = [readOnly && "ro", selinuxRelabel].filter(Boolean).join(",");
  return ["--volume", [source, containerPath, mode].filter(Boolean).join(":")];
}

/** What the record says nothing by. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === "" ||
  value === 0 ||
  (typeof value === "object" && Object.keys(value).length === 0);

/** The command that makes a container as the program makes it, but for its files. */
export function createCommand({ name, image, inputs }: RecordedContainer): CreateCommand {
  const given = Object.entries(inputs).filter(
    ([key, value]) => !isNothing(value) && !key.startsWith("__") && !aside.has(key),
  );
  const [entrypoint, ...before] = (inputs.entrypoints ?? []) as string[];
  const [network, ...more] = (inputs.networksAdvanced ?? []) as {
    name: string;
    ipv4Address?: string;
    ipv6Address?: string;
  }[];
  const address = ({ ipv4Address, ipv6Address }: { ipv4Address?: string; ipv6Address?: string }) => [
    ...(ipv4Address ? ["--ip", ipv4Address] : []),
    ...(ipv6Address ? ["--ip6", ipv6Address] : []),
  ];
  return {
    create: [
      ...["create", "--name", name],
      ...given.flatMap(([key, value]) => options[key]?.(value as never, inputs) ?? []),
      ...(network
        ? ["--network", network.name, ...address(network)]
        : inputs.networkMode
          ? ["--network", inputs.networkMode]
          : []),
      ...(entrypoint ? ["--entrypoint", entrypoint] : []),
      image,
      ...before,
      ...(inputs.command ?? []),
    ],
    connect: more.map((each) => ["network", "connect", ...address(each), each.name, name]),
    left: given.map(([key]) => key).filter((key) => !(key in options)),
  };
}
