import { z } from "zod";
import type { Port } from "../../core/service.ts";
import { recordsAfter } from "../../hosts/records.ts";

/** What `scripts/probe` says of a host. Sizes are in bytes. */
export interface HostFacts {
  user: { name: string; root: "yes" | "sudo" | "no" };
  os: { id: string; like: string[]; version: string; name: string };
  kernel: { name: string; release: string; machine: string };
  processors?: number;
  load?: { one: number; five: number; fifteen: number };
  memory?: { total: number; available: number; swap: number };
  docker: {
    /** What `docker --version` says. */
    client?: string;
    info?: DockerInfo;
    /** What else `docker info` said. */
    complaint?: string;
  };
  containers: { id: string; name: string; environment?: string; published: Port[] }[];
  disk?: { folder: string; size: number; used: number; available: number };
  inodes?: { all: number; free: number };
  selinux?: string;
  apparmor: { enabled: boolean; parser: boolean };
  addresses: { address: string; bits: number; interface: string; mtu?: number }[];
  listeners: Listener[];
  daemons: Daemon[];
  /** What filters: `firewalld`, `ufw`, `nftables`, `iptables`; `trivet` is the table of `hosts prepare`. */
  firewalls: string[];
  /** Whether the host's rules could be read at all. */
  rulesRead: boolean;
  resolvers: string[];
  /** Addresses by names; undefined where the host has none. */
  names: Map<string, string | undefined>;
  proxies: Map<string, string>;
  /** Open files of a container; infinite where there is no limit. */
  nofile?: { soft: number; hard: number };
  /** Settings of the kernel, by name. */
  settings: Map<string, string>;
  /** Tools that are not there. */
  missing: Set<string>;
}

/** The process that listens or steers, where it could be seen. */
export interface Owner {
  program?: string;
  pid?: number;
  /** Id of the container that it runs in, of the host's own daemon. */
  container?: string;
  unit?: string;
}

export interface Listener extends Owner {
  protocol: "tcp" | "udp";
  /** `*` is every address. */
  address: string;
  port: number;
}

export interface Daemon extends Owner {
  program: string;
}

/** The part of `docker info` that is judged. */
const dockerInfo = z.object({
  ID: z.string().default(""),
  ServerVersion: z.string().default(""),
  Driver: z.string().default(""),
  Architecture: z.string().default(""),
  LiveRestoreEnabled: z.boolean().default(false),
  SecurityOptions: z.array(z.string()).nullish(),
  HttpProxy: z.string().default(""),
  HttpsProxy: z.string().default(""),
  NoProxy: z.string().default(""),
  Swarm: z.object({ LocalNodeState: z.string().default("inactive") }).nullish(),
  ServerErrors: z.array(z.string()).nullish(),
});
export type DockerInfo = z.output<typeof dockerInfo>;

const HEAD = "trivet-preflight";

/**
 * Reads what the probe printed. What a login prints before it is passed over, and so is a fact that is not known here.
 * Undefined when it is not whole.
 */
export function readFacts(output: string): HostFacts | undefined {
  const rows = recordsAfter(HEAD, output);
  if (!rows) return undefined;
  const each = (name: string): string[][] => rows.get(name) ?? [];
  const first = (name: string): (string | undefined)[] => each(name)[0] ?? [];
  const containers = each("container").map(([id = "", name = "", environment, ports = ""]) => ({
    id,
    name,
    published: publishedIn(ports),
    ...(environment && { environment }),
  }));
  const owner = ([program, pid, container, unit]: (string | undefined)[]): Owner => ({
    ...(program && { program }),
    ...(number(pid) !== undefined && { pid: number(pid)! }),
    // A host that is a container itself names its own; of the innermost one its daemon knows.
    ...(container && containers.some(({ id }) => id === container) && { container }),
    ...(unit && { unit }),
  });
  const [name = "", root] = first("user");
  const [id = "", like = "", version = "", pretty = ""] = first("os");
  const [kernel = "", release = "", machine = ""] = first("kernel");
  const [enabled, parser] = first("apparmor");
  return {
    user: { name, root: root === "yes" || root === "sudo" ? root : "no" },
    os: { id, like: like.split(" ").filter(Boolean), version, name: pretty || id },
    kernel: { name: kernel, release, machine },
    ...defined("processors", number(first("processors")[0])),
    ...defined("load", withNames(numbers(first("load"), 3), ["one", "five", "fifteen"])),
    ...defined("memory", withNames(numbers(first("memory"), 3), ["total", "available", "swap"], 1024)),
    docker: {
      ...defined("client", first("docker-client")[0]),
      ...defined("info", readInfo(first("docker-info")[0])),
      ...defined("complaint", first("docker-complaint")[0]?.trim() || undefined),
    },
    containers,
    ...defined("disk", diskOf(first("disk"))),
    ...defined("inodes", withNames(numbers(first("inodes").slice(1), 2), ["all", "free"])),
    ...defined("selinux", first("selinux")[0] || undefined),
    apparmor: { enabled: enabled === "Y", parser: parser === "yes" },
    addresses: each("address").flatMap(([on = "", cidr = "", mtu]) => {
      const [address = "", bits] = cidr.split("/");
      return address ? [{ address, bits: number(bits) ?? 32, interface: on, ...defined("mtu", number(mtu)) }] : [];
    }),
    listeners: each("listener").flatMap(([protocol = "", local = "", ...by]) => {
      const place = placeOf(local);
      if (!place || (protocol !== "tcp" && protocol !== "udp")) return [];
      const listener: Listener = { protocol, ...place, ...owner(by) };
      // It stands for the container that it lets people in to.
      const behind =
        listener.program === "docker-proxy"
          ? containers.find(({ published }) =>
              published.some((port) => port.port === listener.port && port.protocol === protocol),
            )
          : undefined;
      return [{ ...listener, ...(behind && { container: behind.id }) }];
    }),
    daemons: each("daemon").map(([program = "", ...by]) => ({ ...owner([undefined, ...by]), program })),
    firewalls: [...new Set(each("firewall").map(([kind = "", table]) => (table === "inet trivet" ? "trivet" : kind)))],
    rulesRead: !rows.has("firewall-unread"),
    resolvers: each("resolver").flatMap(([address]) => address ?? []),
    names: new Map(each("name").map(([asked = "", address]) => [asked, address || undefined])),
    proxies: new Map(each("proxy").map(([variable = "", value = ""]) => [variable, value])),
    ...defined("nofile", withNames(numbers(first("nofile"), 2), ["soft", "hard"])),
    settings: new Map(each("setting").map(([setting = "", value = ""]) => [setting, value])),
    missing: new Set(each("missing").flatMap(([tool]) => tool ?? [])),
  };
}

const defined = <K extends string, V>(name: K, value: V | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [key in K]?: V };

function number(text: string | undefined): number | undefined {
  if (text === "unlimited" || text === "infinity") return Number.POSITIVE_INFINITY;
  return text && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/** All of them, or nothing. */
function numbers(texts: (string | undefined)[], count: number): number[] | undefined {
  const read = texts.slice(0, count).map(number);
  return read.length === count && read.every((each) => each !== undefined) ? read : undefined;
}

const withNames = <const N extends readonly string[]>(values: number[] | undefined, names: N, unit = 1) =>
  values &&
  (Object.fromEntries(names.map((name, index) => [name, values[index]! * unit])) as Record<N[number], number>);

function diskOf([folder = "", , ...sizes]: (string | undefined)[]): HostFacts["disk"] {
  const read = withNames(numbers(sizes, 3), ["size", "used", "available"], 1024);
  return read && { folder, ...read };
}

function readInfo(text: string | undefined): DockerInfo | undefined {
  if (!text) return undefined;
  try {
    return dockerInfo.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** `0.0.0.0:8080->80/tcp, :::8080->80/tcp, 9000/tcp` */
const publishedIn = (ports: string): Port[] =>
  [...ports.matchAll(/:(\d+)->\d+\/(tcp|udp)/g)].map(([, port, protocol]) => ({
    protocol: protocol as Port["protocol"],
    port: Number(port),
  }));

/** `0.0.0.0:22`, `*:80`, `[::]:22`, `127.0.0.53%lo:53`, `[::ffff:127.0.0.1]:8080` */
function placeOf(local: string): { address: string; port: number } | undefined {
  const [, host = "", port] = /^(.*):(\d+)$/.exec(local) ?? [];
  if (port === undefined) return undefined;
  const bare = host
    .replace(/^\[(.*)\]/, "$1")
    .replace(/%.*/, "")
    .replace(/^::ffff:/, "");
  return { address: ["*", "0.0.0.0", "::", ""].includes(bare) ? "*" : bare, port: Number(port) };
}
