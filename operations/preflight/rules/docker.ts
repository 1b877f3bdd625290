import type { HostFinding } from "./rule.ts";
import { isDebian, ofHost, prepare, type Rule } from "./rule.ts";

/** The oldest one that Trivet was tried on (Debian 12). */
const OLDEST = [20, 10];

/** Storage drivers that share layers. */
const SHARING = ["overlay2", "overlayfs", "fuse-overlayfs", "btrfs", "zfs"];

const daemon = ofHost((facts, host, subject): HostFinding[] => {
  const { docker, missing, user } = facts;
  const error = (rule: string, given: string, expected: string, mend: string): HostFinding[] => [
    { rule, severity: "error", given, expected, breaks: "no container can be made there", mend },
  ];
  const install = isDebian(facts)
    ? `${prepare(subject, host)}; by hand: sudo apt-get install docker.io`
    : "install Docker Engine (docs.docker.com/engine/install)";
  if (missing.has("docker")) return error("docker-missing", "no docker command", "Docker Engine", install);
  const { info, client = "", complaint = "" } = docker;
  if (/podman/i.test(`${client} ${complaint}`)) {
    return error("docker-missing", client || complaint, "Docker Engine: Podman's Docker API differs", install);
  }
  const said = [...(info?.ServerErrors ?? []), complaint].join(" ").trim();
  if (/permission denied/i.test(said)) {
    const mend = `sudo usermod -aG docker ${user.name}`;
    return error("docker-access", `${user.name} may not use Docker`, `a user who may: ${host.endpoint}`, mend);
  }
  if (!info?.ServerVersion) {
    const given = said || "docker info gave no answer";
    return error("docker-down", given.slice(0, 200), "a running Docker daemon", "sudo systemctl enable --now docker");
  }
  return isOld(info.ServerVersion)
    ? error("docker-version", info.ServerVersion, `${OLDEST.join(".")} or later`, `${install}, or a later one`)
    : [];
});

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major < OLDEST[0]! || (major === OLDEST[0] && minor < OLDEST[1]!);
}

const shape = ofHost(({ docker: { info } }, host, subject): HostFinding[] => {
  if (!info?.ServerVersion) return [];
  const { Driver, LiveRestoreEnabled, SecurityOptions, Swarm } = info;
  const found: HostFinding[] = [];
  if (!SHARING.includes(Driver)) {
    found.push({
      rule: "storage-driver",
      severity: "warning",
      given: Driver || "none",
      expected: SHARING.slice(0, 2).join(" or "),
      breaks: "each container would copy its whole image: slow, and the disk fills",
      mend: 'remove "storage-driver" from /etc/docker/daemon.json on a file system with d_type, then: sudo systemctl restart docker',
    });
  }
  if (SecurityOptions?.some((option) => option.includes("rootless"))) {
    found.push({
      rule: "docker-rootless",
      severity: "error",
      given: "a rootless Docker daemon",
      expected: "the system's own",
      breaks: "containers would have a network of their own in place of the host's, and no right to set the clock",
      mend: 'let the "endpoint" lead to the system\'s daemon',
    });
  }
  if (Swarm && Swarm.LocalNodeState !== "inactive") {
    found.push({
      rule: "swarm",
      severity: "warning",
      given: `a node of a swarm (${Swarm.LocalNodeState})`,
      expected: "a Docker daemon that nobody else steers",
      breaks: "live-restore: each restart of the daemon stops all containers",
      mend: "docker swarm leave",
    });
  }
  if (!subject.lab && !LiveRestoreEnabled && Swarm?.LocalNodeState !== "active") {
    found.push({
      rule: "live-restore",
      severity: "notice",
      given: "live-restore is off",
      expected: "live-restore on",
      breaks: "an upgrade or restart of the daemon stops all containers of the host",
      mend: `${prepare(subject, host)}; by hand: "live-restore": true in /etc/docker/daemon.json, then sudo systemctl reload docker`,
    });
  }
  return found;
});

/** Two hosts by one daemon would share one network. */
const shared: Rule = ({ looks }) => {
  const byId = Map.groupBy(
    looks.filter(({ facts }) => facts?.docker.info?.ID),
    ({ facts }) => facts!.docker.info!.ID,
  );
  return [...byId.values()]
    .filter((same) => same.length > 1)
    .map((same) => ({
      rule: "shared-daemon",
      severity: "error",
      host: same[1]!.host.name,
      given: `the Docker daemon of ${same[0]!.host.name} (the same id)`,
      expected: "a daemon of its own for each host",
      breaks: "their services would take each other's ports and names",
      mend: "correct the endpoint of one; of two machines made from one image: sudo rm /var/lib/docker/engine-id, then restart Docker",
    }));
};

/** A proxy between the daemon and a registry inside of the site. */
const proxy = ofHost(({ docker: { info } }, _host, { registries }): HostFinding[] => {
  const by = info?.HttpsProxy || info?.HttpProxy;
  if (!by) return [];
  const direct = (info?.NoProxy ?? "").split(",").map((each) => each.trim());
  const behind = registries.filter((registry) => {
    const host = registry.replace(/:\d+$/, "");
    return !direct.some((each) => each === "*" || each === registry || host === each || isBelow(host, each));
  });
  if (behind.length === 0) return [];
  return [
    {
      rule: "proxy",
      severity: "warning",
      given: `the daemon asks ${behind.join(", ")} by way of ${by}`,
      expected: "straight ways to registries of the site",
      breaks: "pulling images, where that proxy does not know the site",
      mend: `add ${behind.map((registry) => registry.replace(/:\d+$/, "")).join(",")} to NO_PROXY of docker.service, then: sudo systemctl daemon-reload && sudo systemctl restart docker`,
    },
  ];
});

const isBelow = (host: string, domain: string): boolean =>
  domain !== "" && host.endsWith(`.${domain.replace(/^\./, "")}`);

export const dockerRules: Rule[] = [daemon, shape, shared, proxy];
