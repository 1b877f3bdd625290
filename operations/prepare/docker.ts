import ipaddr from "ipaddr.js";
import { UserError } from "../../core/errors.ts";

export const daemonPath = "/etc/docker/daemon.json";

export interface DaemonSituation {
  /** The file's text; undefined where there is none. */
  present?: string;
  /** The running daemon's command line. */
  flags?: string;
  /** Docker refuses live-restore in a swarm. */
  swarm?: boolean;
  /** Subnets and addresses of the site, which no bridge of Docker may hide. */
  site: readonly string[];
}

export interface DaemonFile {
  /** Its text as it should be: the present one where nothing is to be changed. */
  text: string;
  /** Keys that are set. */
  keys: string[];
  /** A signal is not enough for them. */
  restart: boolean;
  /** Keys that must be left as they are, and why. */
  leftOut: string[];
}

/** Seconds that containers have when the daemon ends without live-restore; above the longest stop of ours, 60 s. */
const SHUTDOWN = 90;

/** Docker's own, each cut into pieces: the first of them is the bridge `docker0`. */
const DEFAULT_POOLS = [...Array.from({ length: 15 }, (_, n) => `172.${17 + n}.0.0/16`), "192.168.0.0/16"];
/** In the place of those, the first that the site has no address in. */
const POOLS = ["172.31.0.0/16", "192.168.192.0/18", "10.213.0.0/16", "172.18.0.0/16", "100.127.0.0/16"];

/** Those that a running daemon takes by a signal. */
const RELOADED = ["live-restore", "shutdown-timeout"];

/**
 * `daemon.json` with what Trivet needs; every other key stays. What the host's owner has set of logs and address pools stays, too.
 *
 * @throws {UserError} where the present file is no JSON object: then the daemon would not start with it either
 */
export function daemonFile(host: string, { present, flags = "", swarm = false, site }: DaemonSituation): DaemonFile {
  const former = parsed(host, present);
  const leftOut: string[] = [];
  const wanted: Record<string, unknown> = { "shutdown-timeout": SHUTDOWN };
  if (swarm) leftOut.push("live-restore: Docker refuses it in a swarm (docker swarm leave)");
  else wanted["live-restore"] = true;
  // Another driver, or limits of the owner's own, are a choice. Trivet's containers bring limits of their own.
  if (!("log-driver" in former) && !("log-opts" in former) && !/--log-(driver|opt)\b/.test(flags)) {
    wanted["log-driver"] = "json-file";
    wanted["log-opts"] = { "max-size": "10m", "max-file": "3" };
  }
  if (
    !("default-address-pools" in former) &&
    !("bip" in former) &&
    site.some((own) => DEFAULT_POOLS.some((pool) => overlap(own, pool)))
  ) {
    const free = POOLS.find((pool) => !site.some((own) => overlap(own, pool)));
    if (free) wanted["default-address-pools"] = [{ base: free, size: 24 }];
    else
      leftOut.push(
        "default-address-pools: the site has addresses in all that Trivet would choose from; set it yourself",
      );
  }
  for (const key of Object.keys(wanted)) {
    if (!new RegExp(`--${key.replace(/s$/, "s?")}[= ]`).test(`${flags} `)) continue;
    delete wanted[key];
    leftOut.push(`${key}: dockerd has it on its command line, and would not start with both`);
  }
  const keys = Object.keys(wanted).filter((key) => JSON.stringify(former[key]) !== JSON.stringify(wanted[key]));
  if (keys.length === 0) return { text: present ?? "", keys, restart: false, leftOut };
  const text = `${JSON.stringify({ ...former, ...wanted }, undefined, 2)}\n`;
  return { text, keys, restart: keys.some((key) => !RELOADED.includes(key)), leftOut };
}

function parsed(host: string, text = ""): Record<string, unknown> {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new UserError(
    `${daemonPath} of ${host} is no JSON object, so nothing can be added to it. Correct it: Docker does not start with it either.`,
  );
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) =>
    ipaddr.parseCIDR(text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`),
  );
  if (a![0].kind() !== b![0].kind()) return false;
  const bits = Math.min(a![1], b![1]);
  return a![0].match(b![0] as never, bits);
}
