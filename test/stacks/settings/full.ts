import { lab, small, type Values } from "../small.ts";

const certificate = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n";
const images = ["pod", "galera", "arbitrator", "supervisor", "consul", "bind", "chrony"];
const moreImages = ["icinga", "icingadb", "icingaweb", "proxy", "target", "receiver"];

/** Right settings in which every setting is given, those of a lab: `evs` and `gcacheSize`. */
export function fullLab(): Values {
  const values = lab();
  values.secrets = "generated";
  values.domains[2] = { name: "fd3", subnets: ["10.3.0.0/24", "10.3.1.0/24"] };
  values.hosts[0].publish = [{ address: "127.0.0.1", port: 13306, target: 3306 }];
  values.lab = {
    targets: [{ name: "plain", domain: "fd1", address: "10.1.0.61" }],
    receiver: { name: "pager", domain: "fd2", address: "10.2.0.62" },
  };
  values.database = {
    cluster: "shop",
    joinTimeout: "10m",
    profile: "lan",
    innodbBufferPoolSize: "64M",
    innodbBufferPoolSizeMax: "128M",
    gcacheSize: "256M",
    sstMethod: "rsync",
    maxConnections: 100,
    maxUserConnections: 50,
    maxWsRows: 1000,
    maxWsSize: "64M",
    syncWait: 7,
    evs: {
      keepalivePeriod: "300ms",
      inactiveCheckPeriod: "100ms",
      suspectTimeout: "2s",
      inactiveTimeout: "5s",
      installTimeout: "5s",
      joinRetransPeriod: "300ms",
    },
    diskWarning: 70,
    diskFull: 90,
    diskCounted: "40G",
  };
  values.discovery = { datacenter: "east", raftMultiplier: 5 };
  values.dns = {
    upstream: ["192.0.2.53", "192.0.2.54"],
    validate: true,
    unsigned: ["corp.internal"],
    lookup: ["pager.corp.internal"],
  };
  values.time = { upstream: ["0.pool.ntp.org", "192.0.2.123"], warning: "50ms", critical: "2s" };
  values.monitoring = {
    backend: "ido",
    retention: { history: "30d", sla: "forever" },
    checkInterval: "20s",
    notify: [
      { name: "pager", url: "https://pager.example:8443/hook?a=b", timeout: "5s", giveUpAfter: "10m", ca: certificate },
      {
        name: "mail",
        mail: {
          server: "mail.example",
          port: 587,
          from: "icinga@example.org",
          to: ["ops@example.org", "more@example.org"],
          security: "starttls",
          user: "icinga",
          password: "it's #1 \\ $(id)",
        },
      },
      { name: "script", command: ["/usr/bin/tell", "it's $(x) #1"] },
    ],
  };
  values.web = { address: "127.0.0.1", port: 8081, user: "jane.doe@site.example" };
  values.allowChaos = ["database-kill", "database-pause"];
  values.chaos = {
    blastRadius: 3,
    budgets: Object.fromEntries(
      ["evict", "check", "name", "back", "lookup", "write", "monitor", "notify", "takeover"].map((part) => [
        part,
        "20s",
      ]),
    ),
  };
  values.images = Object.fromEntries(
    [...images, ...moreImages].map((name) => [name, `registry.example:5000/ours/${name}:1.0`]),
  );
  return values;
}

/** The same on real hosts: `endpoint`, `writeRate` and `toleratedOutage`. */
export function fullReal(): Values {
  const { lab: _, database, ...values } = fullLab();
  const { gcacheSize, ...others } = database;
  const adopt = [{ name: "old1", address: "192.0.2.15", endpoint: "ssh://root@192.0.2.15" }];
  const real = small();
  real.domains = values.domains;
  return { ...values, ...real, database: { ...others, adopt, writeRate: "200K", toleratedOutage: "1h" } };
}
