import type { Inventory } from "../../../core/inventory.ts";

/** Services of a lab's hosts, by name and place: `db1` in `fd1`. Each host has a pod. */
const services: Record<string, string[]> = {
  db: ["galera", "galera-supervisor", "consul-agent"],
  dns: ["bind", "consul-server", "chrony"],
  mon: ["icinga-master", "redis", "icingadb"],
  sat: ["icinga-satellite"],
  app: ["icinga-agent"],
  web: ["icingaweb"],
  entry: ["proxy"],
  plain: ["target"],
};
const names = "db1 db2 db3 dns1 dns2 dns3 mon1 mon2 sat1 sat2 sat3 app3 web1 web2 entry4 plain3".split(" ");

const hosts = names.map((name, index) => {
  const [, kind, place] = /^([a-z]+)(\d)$/.exec(name)!;
  const roles = kind === "dns" ? ["discovery", "time"] : [];
  return { name, kind: kind!, domain: `fd${place}`, address: `198.18.${place}.${10 + index}`, roles };
});

/** As much of a lab's inventory as experiments and faults look at. */
export const lab = {
  environment: "x",
  domains: [1, 2, 3, 4].map((n) => ({ name: `fd${n}`, subnet: `198.18.${n}.0/24` })),
  hosts,
  services: hosts.flatMap(({ name, kind, domain, address }) =>
    ["pod", ...services[kind]!].map((service) => {
      const container = service === "pod" ? `trivet-x-${name}` : `trivet-x-${name}-${service}`;
      return { service, host: name, domain, address, endpoint: "unix:///run/x", container };
    }),
  ),
  watched: ["plain3", "shop1"].map((name) => ({
    name,
    address: hosts.find((host) => host.name === "plain3")!.address,
    domain: "fd3",
    checks: [],
  })),
  database: { name: "database.example", application: { user: "trivet_app" } },
  icinga: { backend: "icingadb" },
} as unknown as Inventory;
