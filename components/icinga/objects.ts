import { type Duration, seconds } from "../../core/duration.ts";
import { UserError } from "../../core/errors.ts";
import { checkCommand } from "./commands.ts";
import { definition, type Value } from "./dsl.ts";
import { dependenciesConf, notificationsConf } from "./notifications.ts";
import type { Recipient } from "./recipients.ts";
import { globalZone, masterZone, type Topology, zoneOf } from "./topology.ts";
import { type Check, checkName, type WatchedHost } from "./watched.ts";

const hostTemplate = "trivet-host";
const serviceTemplate = "trivet-service";

/** Seconds after which a check that hangs is given up: of a host that is cut off, no checks pile up. */
const SERVICE_TIMEOUT = 5;

export interface ObjectsArgs {
  topology: Topology;
  watched: WatchedHost[];
  /** Time between two checks of a host or service that has none of its own. */
  checkInterval: Duration;
  /** Names that a `mysql` check may give as its `credential`; a `capacity` check needs `monitor`. */
  credentials: string[];
  /** Who is told of problems; nobody unless given. */
  recipients?: readonly Recipient[];
}

/**
 * Icinga's `zones.d` on the config master, path by text: templates and host groups for every zone, then each zone's hosts
 * with their services. Throws a UserError for what Icinga would refuse or could never run.
 */
export function zonesD(args: ObjectsArgs): Record<string, string> {
  refuseDuplicates(args.watched);
  const files: Record<string, string> = {
    [`${globalZone}/templates.conf`]: templates(args.checkInterval),
    [`${globalZone}/groups.conf`]: groups(args.watched),
  };
  const zones = [masterZone, ...args.topology.satellites.map(({ name }) => name)];
  for (const zone of zones) {
    const hosts = args.watched.filter((host) => watchingZone(args.topology, host) === zone);
    if (hosts.length > 0) files[`${zone}/hosts.conf`] = hosts.map((host) => hostText(args, host)).join("\n");
  }
  if (args.recipients?.length) {
    files[`${masterZone}/notifications.conf`] = notificationsConf(args.recipients, args.checkInterval);
    const dependencies = dependenciesConf(args.topology, new Set(args.watched.map(({ name }) => name)));
    if (dependencies) files[`${masterZone}/dependencies.conf`] = dependencies;
  }
  return files;
}

function refuseDuplicates(watched: WatchedHost[]): void {
  const seen = new Set<string>();
  for (const { name } of watched) {
    if (seen.has(name)) throw new UserError(`Two watched hosts are named "${name}": give each a name of its own.`);
    seen.add(name);
  }
}

/**
 * The zone that checks a host: its domain's satellites, else the masters. A master is the masters' own business: commands
 * travel down the tree only, so a satellite could not run a check on it. So is a satellite: it can't tell of its own end.
 */
function watchingZone(topology: Topology, host: WatchedHost): string {
  const own = zoneOf(topology, host.name);
  if (own && (own.name === masterZone || topology.satellites.includes(own))) return masterZone;
  return topology.satellites.some(({ name }) => name === host.domain) ? host.domain : masterZone;
}

function templates(checkInterval: Duration): string {
  const interval = seconds(checkInterval);
  // A bad result is looked at again soon. Bad for about ten seconds on end, the state is hard and people are told. Hosts are
  // looked at twice as often as their services, so that the host's problem comes first and stands for theirs.
  return [
    definition("template Host", hostTemplate, {
      ...timing({ interval: interval / 2, retry: Math.min(interval / 2, 4) }),
      check_command: "icmp",
      "vars.icmp_wrta": 1000,
      "vars.icmp_wpl": 80,
      "vars.icmp_crta": 2000,
      "vars.icmp_cpl": 100,
      "vars.icmp_timeout": 2,
    }),
    definition("template Service", serviceTemplate, {
      ...timing({ interval, retry: Math.min(interval, 5) }),
      check_timeout: inSeconds(SERVICE_TIMEOUT),
    }),
  ].join("\n");
}

const inSeconds = (count: number) => ({ dsl: `${count}s` });
const timing = ({ interval, retry }: { interval: number; retry: number }) => ({
  check_interval: inSeconds(interval),
  retry_interval: inSeconds(retry),
  max_check_attempts: 3,
});

function groups(watched: WatchedHost[]): string {
  const names = [...new Set(watched.flatMap((host) => host.groups))].sort();
  return names.map((name) => definition("object HostGroup", name, {})).join("\n");
}

function hostText(args: ObjectsArgs, host: WatchedHost): string {
  // The library's commands take whichever is there, but for `icmp`, by which a host itself is looked at.
  const address = host.address.includes(":")
    ? { address6: host.address, "vars.icmp_address": host.address }
    : { address: host.address };
  const attributes = {
    ...address,
    groups: host.groups.length > 0 ? host.groups : undefined,
    "vars.domain": host.domain,
  };
  return [
    definition("object Host", host.name, attributes, [hostTemplate]),
    ...host.checks.map((check) => serviceText(args, host, check)),
  ].join("");
}

function serviceText(args: ObjectsArgs, host: WatchedHost, check: Check): string {
  const credential = credentialOf(check);
  if (credential !== undefined && !args.credentials.includes(credential)) {
    const known = args.credentials.join(", ") || "none";
    throw new UserError(
      `Host "${host.name}", check "${checkName(check)}": no credential is named "${credential}"; known: ${known}.`,
    );
  }
  const { command, vars } = checkCommand(host, check);
  const attributes: Record<string, Value | undefined> = {
    host_name: host.name,
    check_command: command,
    check_interval: check.interval && inSeconds(seconds(check.interval)),
    check_timeout: patience(vars),
    command_endpoint: commandEndpoint(args.topology, host, check),
    ...Object.fromEntries(Object.entries(vars).map(([key, value]) => [`vars.${key}`, value])),
  };
  return definition("object Service", checkName(check), attributes, [serviceTemplate]);
}

/** For a check that may be slower than others before it is critical. */
function patience(vars: Record<string, Value | undefined>) {
  const critical = Number(vars.http_critical_time ?? vars.dns_ctime ?? 0);
  return critical < SERVICE_TIMEOUT ? undefined : inSeconds(Math.ceil(critical) + 1);
}

/** The credential that a check logs in with, where it logs in at all. */
function credentialOf(check: Check): string | undefined {
  if (check.kind === "mysql") return check.credential ?? "monitor";
  return check.kind === "capacity" ? "monitor" : undefined;
}

/** Hosts whose own Icinga runs a check that logs in: these need to know how. */
export const loggingIn = (watched: readonly WatchedHost[]): string[] =>
  watched.filter(({ checks }) => checks.some((check) => check.onAgent && credentialOf(check))).map(({ name }) => name);

/** Where a check runs when it must run on the host itself; undefined: at the zone, wherever Icinga puts it. */
function commandEndpoint(topology: Topology, host: WatchedHost, check: Check): string | undefined {
  const inside = check.kind === "disk" || check.kind === "load" || check.kind === "notifications";
  if (inside && check.onAgent === false) {
    throw new UserError(
      `Host "${host.name}", check "${checkName(check)}": ${check.kind} can't be asked from outside; leave onAgent out.`,
    );
  }
  if (!inside && !check.onAgent) return undefined;
  const zone = zoneOf(topology, host.name);
  if (check.kind === "notifications" && zone?.name !== masterZone) {
    throw new UserError(
      `Host "${host.name}", check "${checkName(check)}": only a master notifies; leave the check out.`,
    );
  }
  if (!zone) {
    throw new UserError(
      `Host "${host.name}", check "${checkName(check)}" (${check.kind}) must run on the host itself, where no Icinga runs: ` +
        "give the host the role agent under this name, or leave the check out.",
    );
  }
  const watching = watchingZone(topology, host);
  if (zone.name !== watching && zone.parent !== watching) {
    throw new UserError(
      `Host "${host.name}" is watched by zone ${watching}, but its own Icinga is in zone ${zone.name} of ${zone.parent}: ` +
        "name the same domain in both places.",
    );
  }
  return host.name;
}
