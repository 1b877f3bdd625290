import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import type { ContainerCreateOptions, HostConfig } from "dockerode";
import { pack } from "tar-stream";
import { Failure, UserError } from "../../core/errors.ts";
import type { Flow } from "../../core/flow.ts";
import { execIn } from "../../hosts/exec.ts";
import { logLimits } from "../../hosts/logs.ts";
import { firewallRules, rulesFile } from "../firewall.ts";
import type { BedKeys } from "./keys.ts";
import { BED, type Bed, type BedHost } from "./plan.ts";

/** A file that is in a container before it starts. */
interface Upload {
  path: string;
  content: string;
  mode?: number;
}

/**
 * Not privileged: a daemon that lacks a capability itself refuses that. Not among them are those that reach beyond the container, such as
 * loading a module of the kernel or booting the machine. SYS_TIME is, since Docker refuses a container that asks for what its host has not;
 * the calls themselves are refused.
 */
const CAPABILITIES = [
  ...["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "SYS_NICE", "IPC_LOCK", "DAC_READ_SEARCH", "NET_BROADCAST"],
  ...["LINUX_IMMUTABLE", "SYSLOG", "LEASE", "AUDIT_CONTROL", "SYS_TIME"],
];

/** The clock is that of the machine that runs the bed. */
const SECCOMP = {
  defaultAction: "SCMP_ACT_ALLOW",
  syscalls: [
    {
      names: [
        "adjtimex",
        "clock_adjtime",
        "clock_adjtime64",
        "clock_settime",
        "clock_settime64",
        "settimeofday",
        "stime",
      ],
      action: "SCMP_ACT_ERRNO",
    },
  ],
};

/** Loop devices, and the one that gives them out: as on any machine, a container there may be given them (the chaos suite's guard is). */
const DEVICES = ["b 7:* rwm", "c 10:237 rwm"];

const labels = (bed: Bed, domain: string, host?: string) => ({
  [BED]: bed.environment,
  "io.trivet.domain": domain,
  ...(host && { "io.trivet.host": host }),
});

/**
 * The sites' networks: what is on them reaches nothing else. This machine has no address there either, since the same range may be its own
 * network, or lead to the real hosts: the way in is by the router.
 */
export async function createNetworks(docker: Docker, bed: Bed): Promise<void> {
  const present = new Set((await docker.listNetworks()).map(({ Name }) => Name));
  for (const { name, domain, subnet, reserved } of bed.networks) {
    if (present.has(name)) continue;
    await docker
      .createNetwork({
        Name: name,
        Driver: "bridge",
        CheckDuplicate: true,
        IPAM: { Driver: "default", Config: [{ Subnet: subnet, Gateway: reserved }] },
        Options: {
          "com.docker.network.bridge.inhibit_ipv4": "true",
          "com.docker.network.bridge.enable_ip_masquerade": "false",
        },
        Labels: labels(bed, domain),
      })
      .catch((error) => {
        throw new UserError(
          `The network of the site "${domain}" (${subnet}) can't be made: ${error.json?.message ?? error.message}. Remove what has these addresses ("docker network ls"): another bed, or a lab.`,
        );
      });
  }
}

/** It tells the time to whoever asks, and the operator's way to the hosts goes by it. */
const OWN_RULES = ["-p udp --dport 123 -j ACCEPT", "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT"];

/** Where a router that is there already gets the rules of other settings. */
const MEANWHILE = "/tmp/trivet/rules";

/**
 * The way between the sites, with all of their firewalls: exactly these flows pass, and, where it was there already, those that passed before. What
 * runs by former settings goes on to need them (docs/decisions/0045).
 */
export async function createRouter(docker: Docker, bed: Bed, image: string, flows: readonly Flow[]): Promise<void> {
  const [first, ...others] = bed.networks;
  const rules = firewallRules(flows, bed.hosts, { domains: bed.domains, input: OWN_RULES });
  const create = () =>
    createContainer(docker, bed.router, first!.name, first!.router, {
      Hostname: "router",
      Image: image,
      Cmd: ["router"],
      Labels: labels(bed, "wan", "router"),
      HostConfig: { CapAdd: ["NET_ADMIN"], Sysctls: { "net.ipv4.ip_forward": "1" } },
    });
  await started(docker, bed.router, [{ path: rulesFile, content: rules }], async () => {
    const container = await create();
    for (const { name, router } of others) {
      const EndpointConfig = { IPAMConfig: { IPv4Address: router } };
      await docker.getNetwork(name).connect({ Container: container.id, EndpointConfig });
    }
    return container;
  });
  const container = docker.getContainer(bed.router);
  const widen = join(dirname(MEANWHILE), "widen");
  const script = readFileSync(join(import.meta.dirname, "../widen"), "utf8");
  await container.putArchive(
    archive([
      { path: MEANWHILE, content: rules },
      { path: widen, content: script },
    ]),
    { path: "/" },
  );
  const { code, output } = await execIn(container, ["sh", widen, MEANWHILE, rulesFile]);
  if (code !== 0) throw new Failure(`The router between the sites did not take the rules of the settings: ${output}`);
}

/** A machine that was just bought: Debian, sshd, Docker, its operator's key. */
export async function createHost(docker: Docker, bed: Bed, host: BedHost, image: string, keys: BedKeys): Promise<void> {
  const { name, domain, address, container, volume, user, port } = host;
  const { name: network, router } = host.network;
  const key = keys.hosts.get(name)!;
  await docker.createVolume({ Name: volume, Labels: labels(bed, domain, name) });
  const config: HostConfig & { CgroupnsMode: "private" } = {
    CapAdd: CAPABILITIES,
    DeviceCgroupRules: DEVICES,
    SecurityOpt: [`seccomp=${JSON.stringify(SECCOMP)}`, "apparmor=unconfined"],
    CgroupnsMode: "private",
    // An overlay on an overlay does not work: Docker's data is on the machine's own file system.
    Binds: [`${volume}:/var/lib/docker`],
  };
  const files = [
    { path: "/etc/trivet/operator.pub", content: `${keys.operator}\n` },
    { path: "/etc/ssh/ssh_host_ed25519_key", content: key.privateKey, mode: 0o600 },
    { path: "/etc/ssh/ssh_host_ed25519_key.pub", content: `${key.publicKey}\n` },
  ];
  await started(docker, container, files, () =>
    createContainer(docker, container, network, address, {
      Hostname: name,
      Image: image,
      Cmd: ["host", router, user || "root", String(port)],
      Labels: labels(bed, domain, name),
      StopTimeout: 60,
      HostConfig: config,
    }),
  );
}

const createContainer = (
  docker: Docker,
  name: string,
  network: string,
  address: string,
  { HostConfig, ...options }: ContainerCreateOptions,
) =>
  docker.createContainer({
    ...options,
    name,
    HostConfig: {
      ...HostConfig,
      NetworkMode: network,
      RestartPolicy: { Name: "unless-stopped" },
      LogConfig: { Type: logLimits.driver, Config: logLimits.options },
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
  });

/** Runs it: the container of that name, made where there is none. */
async function started(docker: Docker, name: string, files: Upload[], create: () => Promise<Docker.Container>) {
  const found = await docker
    .getContainer(name)
    .inspect()
    .catch((error) => {
      if (error.statusCode === 404) return undefined;
      throw error;
    });
  if (found?.State.Running) return;
  const container = found ? docker.getContainer(found.Id) : await create();
  await container.putArchive(archive(files), { path: "/" });
  await container.start();
}

function archive(files: Upload[]) {
  const tar = pack();
  for (const { path, content, mode = 0o644 } of files) tar.entry({ name: path.slice(1), mode }, content);
  tar.finalize();
  return Readable.from(tar);
}
