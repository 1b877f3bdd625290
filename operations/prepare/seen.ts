import { recordsAfter } from "../../hosts/records.ts";

/** What a host says of itself, as far as it is prepared by it. */
export interface Seen {
  /** The distribution's id: `debian`. */
  os: string;
  systemd: boolean;
  tools: Set<string>;
  /** Files that were asked for and are there. */
  files: Map<string, string>;
  /** The environment that it was prepared for. */
  prepared?: string;
  /** Ports of sshd: that of this connection first. */
  sshPorts: number[];
  sshd: { include: boolean; startups?: number; sessions?: number };
  swarm: boolean;
  dockerdFlags: string;
  /** Units of the host that steer its clock, or would after a restart. */
  clocks: { unit: string; enabled: boolean; active: boolean }[];
  /** `firewalld`, `ufw`, or tables of nftables that drop: `inet filter`. */
  firewalls: string[];
  /** Trivet's table is loaded. */
  loaded: boolean;
  listeners: { protocol: string; address: string; port: number; program: string }[];
  /** Names of containers that run. */
  containers: string[];
}

const HEAD = "trivet-prepare";

/** Reads what `host look` printed; undefined when it did not come to its end. What a login prints before it is passed over. */
export function readSeen(output: string): Seen | undefined {
  const rows = recordsAfter(HEAD, output);
  if (!rows) return undefined;
  const each = (name: string): string[][] => rows.get(name) ?? [];
  const first = (name: string): string | undefined => each(name)[0]?.[0];
  const limits = new Map(each("sshd").map(([key = "", value = ""]) => [key, value]));
  const number = (text: string | undefined) => (text && /^\d/.test(text) ? Number.parseInt(text, 10) : undefined);
  const prepared = first("prepared");
  return {
    os: first("os") ?? "",
    systemd: rows.has("systemd"),
    tools: new Set(each("tool").flatMap(([tool]) => tool ?? [])),
    files: new Map(each("file").map(([path = "", text = ""]) => [path, Buffer.from(text, "base64").toString()])),
    ...(prepared && { prepared }),
    sshPorts: [...new Set(each("ssh-port").flatMap(([port]) => number(port) ?? []))].filter((port) => port > 0),
    sshd: {
      include: limits.has("include"),
      startups: number(limits.get("maxstartups")),
      sessions: number(limits.get("maxsessions")),
    },
    swarm: first("swarm") === "active",
    dockerdFlags: first("dockerd-flags") ?? "",
    clocks: each("clock").map(([unit = "", enabled, active]) => ({
      unit,
      enabled: enabled === "yes",
      active: active === "yes",
    })),
    firewalls: each("firewall").map(([kind = "", table]) => table ?? kind),
    loaded: rows.has("loaded"),
    listeners: each("listener").flatMap(([protocol = "", local = "", program = ""]) => {
      const [, address = "", port = ""] = /^(.*):(\d+)$/.exec(local) ?? [];
      return port ? [{ protocol, address: address.replace(/^\[|\]$/g, ""), port: Number(port), program }] : [];
    }),
    containers: each("container").flatMap(([name]) => name ?? []),
  };
}
