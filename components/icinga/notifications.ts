import type { Duration } from "../../core/duration.ts";
import { definition, quote } from "./dsl.ts";
import { serviceDelay } from "./facts.ts";
import type { Recipient } from "./recipients.ts";
import type { Topology, Zone } from "./topology.ts";

/** Who is told of problems and recoveries, and when; pure text. Why so: docs/decisions/0017. */

const command = "/usr/local/lib/trivet/notify";

/** Users, commands and rules for every watched host and service, for the masters' zone: only they tell. */
export function notificationsConf(recipients: readonly Recipient[], checkInterval: Duration): string {
  const users = recipients.map(({ name }) => definition("object User", name, {}));
  const names = `[ ${recipients.map(({ name }) => quote(name)).join(", ")} ]`;
  const delay = serviceDelay(checkInterval);
  return `${users.join("")}
// Each only puts an entry into the notifier's queue, but on a machine that is short of everything that takes its time, too.
object NotificationCommand "trivet-host" {
  command = [ ${quote(command)}, "$icinga.timet$", "$user.name$", "$host.name$" ]
  timeout = 5m
}
object NotificationCommand "trivet-service" {
  command = [ ${quote(command)}, "$icinga.timet$", "$user.name$", "$host.name$", "$service.name$" ]
  timeout = 5m
}

apply Notification "notify" to Host {
  command = "trivet-host"
  users = ${names}
  types = [ Problem, Recovery ]
  states = [ Up, Down ]
  interval = 0
  assign where true
}
apply Notification "notify" to Service {
  command = "trivet-service"
  users = ${names}
  types = [ Problem, Recovery ]
  // What runs on the host itself is unknown when its Icinga is down, of which another check tells.
  states = if (service.command_endpoint) { [ OK, Critical ] } else { [ OK, Critical, Unknown ] }
  interval = 0
  // The host's own problem is known by then, and goes before those of its services.
  times.begin = ${delay}
  assign where true
}
`;
}

/** Hosts behind a satellite that is down are not known to be down: what it makes of them after a cut is no news. */
export function dependenciesConf({ satellites }: Topology, watched: ReadonlySet<string>): string {
  return satellites.flatMap((zone) => behind(zone, watched)).join("");
}

function behind({ name, endpoints }: Zone, watched: ReadonlySet<string>): string[] {
  const parents = endpoints.filter((host) => watched.has(host.name));
  // Two of which only one is watched: the other may do the checks.
  if (parents.length < endpoints.length) return [];
  return parents.map(
    (parent) => `apply Dependency ${quote(`by ${parent.name}`)} to Host {
  parent_host_name = ${quote(parent.name)}
  redundancy_group = ${quote(`satellites of ${name}`)}
  disable_checks = false
  disable_notifications = true
  assign where host.zone == ${quote(name)}
}
`,
  );
}
