import type { Port } from "../../../core/service.ts";
import type { Listener } from "../facts.ts";
import { holderOf, isOurs } from "../look.ts";
import { type HostFinding, ofHost, type Rule } from "./rule.ts";

/** How programs that Debian and others bring are called by systemd. */
const units: Record<string, string> = {
  chronyd: "chrony",
  mariadbd: "mariadb",
  mysqld: "mysql",
  dnsmasq: "dnsmasq",
  named: "named",
  consul: "consul",
  icinga2: "icinga2",
  "redis-server": "redis-server",
  apache2: "apache2",
  nginx: "nginx",
  haproxy: "haproxy",
  httpd: "httpd",
  "systemd-resolve": "systemd-resolved",
};

type Held = { port: Port & { service: string }; holder: Listener };

/** Ports that services need, and somebody else holds: each holder once. */
const taken = ofHost((facts, host, { environment, lab }): HostFinding[] => {
  if (facts.missing.has("ss")) {
    return [
      {
        rule: "ports-unseen",
        severity: "notice",
        given: "no ss",
        expected: "the package iproute2",
        breaks: "nothing: who holds which port can't be told",
        mend: "install the package iproute2 (iproute on RHEL)",
      },
    ];
  }
  const oursThere = facts.containers.some((container) => container.environment === environment);
  const held = host.ports.flatMap((port): Held[] => {
    const holder = holderOf(facts, port);
    if (!holder || isOurs(facts, holder, environment)) return [];
    // Only root sees whose it is: where our services run, it is theirs.
    if (holder.program === undefined && facts.user.root === "no" && oursThere) return [];
    return [{ port, holder }];
  });
  return [...Map.groupBy(held, ({ holder }) => `${holder.program} ${holder.container ?? holder.pid}`).values()].map(
    (same) =>
      finding(same, facts.containers, lab ? "choose another port in the settings" : "give the role to another host"),
  );
});

function finding(same: Held[], containers: { id: string; name: string }[], instead: string): HostFinding {
  const { holder } = same[0]!;
  const ports = [...new Set(same.map(({ port }) => `${port.port}/${port.protocol}`))].join(", ");
  const services = [...new Set(same.map(({ port }) => port.service))].join(", ");
  const container = containers.find(({ id }) => id === holder.container);
  const who = container
    ? `the container ${container.name}`
    : holder.program
      ? `${holder.program} (process ${holder.pid})`
      : "a process that only root sees";
  const unit = holder.unit?.replace(/\.service$/, "") ?? units[holder.program ?? ""];
  const mend = container
    ? `docker stop ${container.name}, or ${instead}`
    : unit
      ? `sudo systemctl disable --now ${unit}, or ${instead}`
      : holder.pid === undefined
        ? `sudo ss -lntup "sport = :${holder.port}" tells who; stop that, or ${instead}`
        : `ps -fp ${holder.pid} tells what it is; stop it, or ${instead}`;
  return {
    rule: "port-taken",
    severity: "error",
    given: `${who} holds ${ports}`,
    expected: `free, for ${services}`,
    breaks: `${services} could not start`,
    mend,
  };
}

export const portRules: Rule[] = [taken];
