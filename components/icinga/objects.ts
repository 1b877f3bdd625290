import { UserError } from "../errors.ts";
import { checkCommand } from "./commands.ts";
import { definition, type Value } from "./dsl.ts";
import { type Duration, seconds } from "./duration.ts";
import { globalZone, masterZone, type Topology, zoneOf } from "./topology.ts";
import { type Check, checkName, type WatchedHost } from "./watched.ts";

const hostTemplate = "trivet-host";
const serviceTemplate = "trivet-service";

export interface ObjectsArgs {
  topology: Topology;
  watched: WatchedHost[];
  /** Time between two checks of a host or service that has none of its own. */
  checkInterval: Duration;
  /** Names that a `mysql` check may give as its `credential`. */
  credentials: string[];
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
 * travel down the tree only, so a satellite could not run a check on it.
 */
function watchingZone(topology: Topology, host: WatchedHost): string {
  if (zoneOf(topology, host.name)?.name === masterZone) return masterZone;
  return topology.satellites.some(({ name }) => name === host.domain) ? host.domain : masterZone;
}

function templates(checkInterval: Duration): string {
  const interval = { dsl: `${seconds(checkInterval)}s` };
  // A first bad result is looked at again soon: at three in a row the state is hard and, if so configured, someone is called.
  const retry = { dsl: `${Math.min(seconds(checkInterval), 10)}s` };
  const timing = { check_interval: interval, retry_interval: retry, max_check_attempts: 3 };
  return [
    // Icinga's own limits for "is the host up at all".
    definition("template Host", hostTemplate, {
      ...timing,
      check_command: "icmp",
      "vars.icmp_wrta": 3000,
      "vars.icmp_wpl": 80,
      "vars.icmp_crta": 5000,
      "vars.icmp_cpl": 100,
    }),
    definition("template Service", serviceTemplate, timing),
  ].join("\n");
}

function groups(watched: WatchedHost[]): string {
  const names = [...new Set(watched.flatMap((host) => host.groups))].sort();
  return names.map((name) => definition("object HostGroup", name, {})).join("\n");
}

function hostText(args: ObjectsArgs, host: WatchedHost): string {
  const address = host.address.includes(":") ? { address6: host.address } : { address: host.address };
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
  if (check.kind === "mysql" && !args.credentials.includes(check.credential ?? "monitor")) {
    const known = args.credentials.join(", ") || "none";
    throw new UserError(
      `Host "${host.name}", check "${checkName(check)}": no credential is named "${check.credential ?? "monitor"}"; known: ${known}.`,
    );
  }
  const { command, vars } = checkCommand(host, check);
  const attributes: Record<string, Value | undefined> = {
    host_name: host.name,
    check_command: command,
    check_interval: check.interval && { dsl: `${seconds(check.interval)}s` },
    command_endpoint: commandEndpoint(args.topology, host, check),
    ...Object.fromEntries(Object.entries(vars).map(([key, value]) => [`vars.${key}`, value])),
  };
  return definition("object Service", checkName(check), attributes, [serviceTemplate]);
}

/** Where a check runs when it must run on the host itself; undefined: at the zone, wherever Icinga puts it. */
function commandEndpoint(topology: Topology, host: WatchedHost, check: Check): string | undefined {
  const inside = check.kind === "disk" || check.kind === "load";
  if (inside && check.onAgent === false) {
    throw new UserError(
      `Host "${host.name}", check "${checkName(check)}": ${check.kind} can't be asked from outside; leave onAgent out.`,
    );
  }
  if (!inside && !check.onAgent) return undefined;
  const zone = zoneOf(topology, host.name);
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
