import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allFacts } from "../../components/services.ts";
import { UserError } from "../../core/errors.ts";
import { daemonFile, daemonPath } from "./docker.ts";
import { type Opening, rulesPath, rulesText, siteRules } from "./firewall.ts";
import type { Seen } from "./seen.ts";
import {
  dockerDropIn,
  dockerDropInText,
  firewallUnit,
  firewallUnitText,
  hostUnit,
  hostUnitText,
  orderPath,
  sshdLimits,
  sshdPath,
  sshdText,
  unitPath,
} from "./units.ts";

/** A host as it should be. */
export interface Wanted {
  environment: string;
  name: string;
  domain: string;
  endpoint: string;
  /** What it lets in. */
  openings: readonly Opening[];
  /** Of that, what it is to let in once all that runs is as the settings have it. */
  declared: readonly Opening[];
  /** Subnets and addresses of the site. */
  site: readonly string[];
}

/** One thing that is to be changed. `what` and `why` are for people. */
export type Change = { what: string; why: string } & (
  | { kind: "packages"; names: string[] }
  | { kind: "docker"; path: string; text: string; restart: boolean }
  | { kind: "sshd"; path: string; text: string }
  | { kind: "file"; path: string; text: string; mode: string }
  /** A unit of ours, or a drop-in of another one. */
  | { kind: "unit"; path: string; text: string; start?: string }
  | { kind: "clock"; unit: string }
  | { kind: "firewall"; text: string }
);

export interface HostPlan {
  host: string;
  domain: string;
  endpoint: string;
  changes: Change[];
  /** What is left to the host's owner, or not possible there, and why. */
  leftOut: string[];
  /** What will not be reached any more from elsewhere. */
  closes: string[];
}

/** Files whose content a plan depends on. */
export const paths = [
  daemonPath,
  sshdPath,
  rulesPath,
  orderPath,
  dockerDropIn,
  unitPath(hostUnit),
  unitPath(firewallUnit),
];

/** The script that ends containers in order, with the services that end last. */
export function orderText(): string {
  const last = allFacts.filter(({ endsLast }) => endsLast).sort((a, b) => a.endsLast! - b.endsLast!);
  const names = last.map(({ name }) => name).join(" ");
  return readFileSync(join(import.meta.dirname, "scripts/order"), "utf8").replace("(SERVICES)", `(${names})`);
}

/**
 * What is to be changed on a host: the difference between what it has and what it should have, in the order in which it is done.
 *
 * @throws {UserError} where it is prepared for another environment, or its daemon.json can't be read
 */
export function planOf(wanted: Wanted, seen: Seen): HostPlan {
  const { environment, name: host, domain, endpoint } = wanted;
  if (seen.prepared !== undefined && seen.prepared !== environment) {
    throw new UserError(
      `${host} is prepared for the environment "${seen.prepared}". Expected one environment per host: run trivet hosts restore ${seen.prepared} --host ${host} first.`,
    );
  }
  const parts = [packages, docker, sshd, clocks, firewall, units].map((part) => part(wanted, seen));
  return {
    host,
    domain,
    endpoint,
    changes: parts.flatMap(({ changes = [] }) => changes),
    leftOut: parts.flatMap(({ leftOut = [] }) => leftOut),
    closes: parts.flatMap(({ closes = [] }) => closes),
  };
}

type Part = (wanted: Wanted, seen: Seen) => Partial<Pick<HostPlan, "changes" | "leftOut" | "closes">>;

const siteFirewall = ({ firewalls }: Seen) =>
  firewalls.find((kind) => kind === "firewalld" || kind === "ufw") as keyof typeof siteRules | undefined;

const packages: Part = ({ name }, seen) => {
  const { tools } = seen;
  const names = [
    ...(tools.has("dockerd") ? [] : ["docker.io"]),
    ...(tools.has("docker") || !tools.has("docker-cli-package") ? [] : ["docker-cli"]),
    ...(tools.has("nft") || siteFirewall(seen) ? [] : ["nftables"]),
  ];
  if (names.length === 0) return {};
  if (!tools.has("apt-get")) {
    throw new UserError(
      `${name} (${seen.os || "unknown system"}) lacks ${names.join(", ")}, and has no apt-get to install it with. Install Docker Engine and nftables there as its distribution does, then run this again.`,
    );
  }
  return { changes: [{ kind: "packages", names, what: `install ${names.join(", ")}`, why: "missing" }] };
};

const docker: Part = ({ name, site }, { files, dockerdFlags, swarm }) => {
  const file = daemonFile(name, { present: files.get(daemonPath), flags: dockerdFlags, swarm, site });
  if (file.keys.length === 0) return { leftOut: file.leftOut };
  const { text, restart, keys, leftOut } = file;
  return {
    leftOut,
    changes: [
      {
        kind: "docker",
        path: daemonPath,
        text,
        restart,
        what: `${daemonPath}: ${keys.join(", ")}${restart ? "; the daemon is restarted, containers go on by live-restore" : ""}`,
        why: "containers outlive an upgrade of the daemon, logs do not fill the disk, bridges hide no address of the site",
      },
    ],
  };
};

const sshd: Part = (_, { files, sshd: { include, startups = 0, sessions = 0 } }) => {
  const present = files.get(sshdPath);
  const enough = startups >= sshdLimits.startups && sessions >= sshdLimits.sessions;
  if (present === sshdText || (present === undefined && enough)) return {};
  if (!include)
    return {
      leftOut: [
        "sshd's limits: sshd_config does not include sshd_config.d; add there: MaxStartups 100:30:200, MaxSessions 100",
      ],
    };
  return {
    changes: [
      {
        kind: "sshd",
        path: sshdPath,
        text: sshdText,
        what: `${sshdPath}: MaxStartups, MaxSessions`,
        why: "from 10 connections on sshd refuses some by lot",
      },
    ],
  };
};

const clocks: Part = (_, { clocks: steering }) => ({
  changes: steering.map(({ unit }) => ({
    kind: "clock",
    unit,
    what: `stop and disable ${unit}`,
    why: "Trivet's own chrony steers the clock from the next up on: two would pull against each other",
  })),
});

const firewall: Part = ({ environment, name, endpoint, openings, declared }, seen) => {
  const site = siteFirewall(seen);
  if (site) {
    const commands = siteRules[site](openings).map((command) => `  ${command}`);
    return {
      leftOut: [
        `the firewall: ${site} is active, and its rules are its owner's. What it must let in:\n${commands.join("\n")}`,
      ],
    };
  }
  const { port } = new URL(endpoint);
  const sshPorts = seen.sshPorts.length > 0 ? seen.sshPorts : [Number(port) || 22];
  const text = rulesText({ environment, host: name, openings, sshPorts });
  const kept = beyond(openings, declared);
  const leftOut = [
    ...(kept.length > 0
      ? [
          `closing what the settings no longer name, since what runs may need it until trivet up ${environment} has changed it (then run this again): ${kept.join(", ")}`,
        ]
      : []),
    ...seen.firewalls.map(
      (table) => `table ${table} of the host drops as well: what Trivet's table accepts must be accepted there, too`,
    ),
    ...(seen.systemd
      ? []
      : [
          "the firewall after a restart of the host: without systemd nothing loads it; let the init run: nft -f /etc/trivet/firewall.nft",
        ]),
  ];
  const unit: Change[] =
    !seen.systemd || seen.files.get(unitPath(firewallUnit)) === firewallUnitText
      ? []
      : [
          {
            kind: "unit",
            path: unitPath(firewallUnit),
            text: firewallUnitText,
            start: firewallUnit,
            what: `${firewallUnit}: loads these rules before the network is up`,
            why: "a host that restarts has them again",
          },
        ];
  if (seen.loaded && seen.files.get(rulesPath) === text) return { changes: unit, leftOut };
  const count = openings.filter(({ protocol }) => protocol !== "icmp").length;
  return {
    leftOut,
    closes: closedBy(openings, sshPorts, seen),
    changes: [
      {
        kind: "firewall",
        text,
        what: `table inet trivet: default drop, ${count} declared ports and SSH (${sshPorts.join(", ")}) let in`,
        why: "only declared connections; rolled back after 60 s unless a new SSH connection confirms it",
      },
      ...unit,
    ],
  };
};

/** What some openings let in and others do not. */
function beyond(openings: readonly Opening[], others: readonly Opening[]): string[] {
  return openings.flatMap(({ protocol, port, from }) => {
    const same = others.find((other) => other.protocol === protocol && other.port === port);
    if (protocol === "icmp" || same?.from === "anybody") return [];
    const more = from === "anybody" ? ["anybody"] : from.filter((address) => !same?.from.includes(address));
    return more.length > 0 ? [`${protocol} ${port} from ${more.join(" and ")}`] : [];
  });
}

/** Programs that others reach today and that no flow names. */
function closedBy(openings: readonly Opening[], sshPorts: readonly number[], { listeners }: Seen): string[] {
  const open = (protocol: string, port: number) =>
    (protocol === "tcp" && sshPorts.includes(port)) ||
    (protocol === "udp" && (port === 68 || port === 546)) ||
    openings.some((each) => each.protocol === protocol && each.port === port);
  const closed = listeners
    // Docker lets people in to what it publishes by chains of its own.
    .filter(({ program }) => program !== "docker-proxy")
    .filter(({ address }) => !/^127\.|^::1$|%lo$/.test(address))
    .filter(({ protocol, port }) => !open(protocol, port))
    .map(({ protocol, port, program }) => `${protocol} ${port}${program ? ` (${program})` : ""}`);
  return [...new Set(closed)];
}

const units: Part = (_, { systemd, files }) => {
  if (!systemd) {
    return {
      leftOut: [
        `${hostUnit}, which ends containers in order at shutdown: there is no systemd; run trivet stop before a host is turned off`,
      ],
    };
  }
  const order = orderText();
  const wanted: (Change & { path: string; text: string })[] = [
    {
      kind: "file",
      path: orderPath,
      text: order,
      mode: "755",
      what: `${orderPath}: the order in which containers end and start`,
      why: `${hostUnit} runs it`,
    },
    {
      kind: "unit",
      path: dockerDropIn,
      text: dockerDropInText,
      what: `${dockerDropIn}: TimeoutStopSec=120`,
      why: "systemd must not kill the daemon while it still stops containers",
    },
    {
      kind: "unit",
      path: unitPath(hostUnit),
      text: hostUnitText,
      start: hostUnit,
      what: `${hostUnit}: containers end in order at shutdown`,
      why: "databases leave cleanly before Docker and the network do",
    },
  ];
  return { changes: wanted.filter(({ path, text }) => files.get(path) !== text) };
};
