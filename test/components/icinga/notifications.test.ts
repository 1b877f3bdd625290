import test from "ava";
import { dependenciesConf, notificationsConf } from "../../../components/icinga/notifications.ts";
import { zonesD } from "../../../components/icinga/objects.ts";
import { recipientsJson } from "../../../components/icinga/recipients.ts";
import { icingaTopology } from "../../../components/icinga/topology.ts";
import { host, site, topology } from "./site.ts";

const pager = { name: "pager", url: 'https://pager.example/hook?key=$5"' };

test("who is told, by which command, of what", (t) => {
  t.is(
    notificationsConf([pager, { name: "second", url: "http://10.0.0.1/" }], "10s"),
    `object User "pager" { }
object User "second" { }

// Each only puts an entry into the notifier's queue, but on a machine that is short of everything that takes its time, too.
object NotificationCommand "trivet-host" {
  command = [ "/usr/local/lib/trivet/notify", "$icinga.timet$", "$user.name$", "$host.name$" ]
  timeout = 5m
}
object NotificationCommand "trivet-service" {
  command = [ "/usr/local/lib/trivet/notify", "$icinga.timet$", "$user.name$", "$host.name$", "$service.name$" ]
  timeout = 5m
}

apply Notification "notify" to Host {
  command = "trivet-host"
  users = [ "pager", "second" ]
  types = [ Problem, Recovery ]
  states = [ Up, Down ]
  interval = 0
  assign where true
}
apply Notification "notify" to Service {
  command = "trivet-service"
  users = [ "pager", "second" ]
  types = [ Problem, Recovery ]
  // What runs on the host itself is unknown when its Icinga is down, of which another check tells.
  states = if (service.command_endpoint) { [ OK, Critical ] } else { [ OK, Critical, Unknown ] }
  interval = 0
  // The host's own problem is known by then, and goes before those of its services.
  times.begin = 8
  assign where true
}
`,
  );
});

test("addresses are in the notifier's file, with what was left out", (t) => {
  const mail = { server: "mail.example", from: "icinga@example.org", to: ["ops@example.org"] };
  const recipients = [pager, { name: "ops", mail, giveUpAfter: "4h" as const, timeout: "60s" as const }];
  t.deepEqual(JSON.parse(recipientsJson(recipients, "30s")), {
    delay: 18,
    recipients: [
      { ...pager, timeout: 30, giveUpAfter: 3600 },
      { name: "ops", mail: { security: "none", ...mail }, timeout: 60, giveUpAfter: 14400 },
    ],
  });
});

test("the hosts of a satellite's zone depend on it, if it is watched", (t) => {
  t.is(
    dependenciesConf(topology, new Set(["sat3", "plain1"])),
    `apply Dependency "by sat3" to Host {
  parent_host_name = "sat3"
  redundancy_group = "satellites of fd3"
  disable_checks = false
  disable_notifications = true
  assign where host.zone == "fd3"
}
`,
  );
});

test("on both of two satellites, or on none", (t) => {
  const satellites = [host("sat3", "fd3", "198.18.3.41"), host("sat4", "fd3", "198.18.3.42")];
  const two = icingaTopology({ ...site, satellites });
  t.is(dependenciesConf(two, new Set(["sat3"])), "");
  t.is(dependenciesConf(two, new Set(["sat3", "sat4"])).match(/redundancy_group = "satellites of fd3"/g)?.length, 2);
});

test("only the masters tell, and only when there is somebody to be told", (t) => {
  const watched = [{ name: "sat3", address: "198.18.3.41", domain: "fd3", groups: [], checks: [] }];
  const files = (recipients?: (typeof pager)[]) =>
    Object.keys(zonesD({ topology, watched, checkInterval: "30s", credentials: [], recipients }))
      .filter((path) => !path.startsWith("global-templates/"))
      .sort();
  t.deepEqual(files(), ["master/hosts.conf"]);
  t.deepEqual(files([pager]), ["master/dependencies.conf", "master/hosts.conf", "master/notifications.conf"]);
});
