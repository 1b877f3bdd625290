import type { Inventory } from "../../../core/inventory.ts";

const record = (service: string, host: string, n: number, last: number) => ({
  service,
  host,
  domain: `fd${n}`,
  address: `198.18.${n}.${last}`,
  endpoint: "unix:///run/x",
  container: `trivet-test-${host}-${service}`,
});

/** As much of an inventory as the rules look at. */
export const inventory = {
  environment: "test",
  services: [
    ...[1, 2, 3].flatMap((n) => [
      record("galera", `db${n}`, n, 11),
      record("consul-agent", `db${n}`, n, 11),
      record("consul-server", `dns${n}`, n, 53),
      record("bind", `dns${n}`, n, 53),
      record("chrony", `dns${n}`, n, 53),
      record("icinga-satellite", `sat${n}`, n, 41),
    ]),
    ...[1, 2].flatMap((n) => [
      record("icinga-master", `mon${n}`, n, 31),
      record("icingadb", `mon${n}`, n, 31),
      record("chrony", `mon${n}`, n, 31),
      record("icingaweb", `web${n}`, n, 81),
    ]),
  ],
  hosts: [1, 2, 3].map((n) => ({ name: `dns${n}`, address: `198.18.${n}.53`, roles: ["discovery", "time"] })),
  dnsServers: ["198.18.1.53", "198.18.2.53", "198.18.3.53"],
  icinga: { backend: "icingadb" },
  time: { servers: ["dns1", "dns2", "dns3"], warning: 0.1, critical: 1 },
  database: { disk: { warning: 80, full: 95 } },
  chaos: { budgets: { evict: 5000, check: 10_000 } },
} as unknown as Inventory;

const lines = (found: Record<string, string>) =>
  Object.entries(found)
    .map(([name, value]) => `${name}\t${value}`)
    .join("\n");

const status = (parts: Record<string, unknown>) =>
  JSON.stringify({ results: Object.entries(parts).map(([name, value]) => ({ name, status: value })) });

const icinga = status({
  ApiListener: { api: { zones: { master: { endpoints: ["mon1", "mon2"] }, fd1: { endpoints: ["sat1"] } } } },
  NotificationComponent: { notificationcomponent: { notification: 1 } },
  IcingaApplication: { icingaapplication: { app: { enable_notifications: true } } },
});

/** What a container answers to each rule where all is well, as seen in a lab. */
export const well: Record<string, string> = {
  "durable-commits": lines({
    innodb_doublewrite: "ON",
    innodb_flush_log_at_trx_commit: "1",
    innodb_flush_method: "O_DIRECT",
  }),
  "galera-quorum": lines({
    wsrep_dirty_reads: "OFF",
    wsrep_on: "ON",
    wsrep_provider_gmcast_segment: "0",
    wsrep_provider_pc_bootstrap: "OFF",
    wsrep_provider_pc_ignore_quorum: "OFF",
    wsrep_provider_pc_ignore_sb: "OFF",
    wsrep_provider_pc_recovery: "ON",
    wsrep_provider_pc_weight: "1",
  }),
  "galera-peers": lines({ wsrep_cluster_address: "gcomm://198.18.1.11,198.18.2.11,198.18.3.11" }),
  "eviction-time": lines({
    wsrep_provider_options:
      "evs.inactive_check_period = PT0.1S; evs.inactive_timeout = PT5S; evs.install_timeout = PT5S; evs.join_retrans_period = PT0.2S; evs.suspect_timeout = PT1S; evs.view_forget_timeout = PT24H; ",
  }),
  "bootstrap-flag": JSON.stringify({
    decision: "join: in the primary component: b c",
    options: "--wsrep_provider_options=gcache.size=128M;pc.recovery=true",
    arguments: "/usr/bin/tini -- /usr/local/lib/trivet/entrypoint ",
    safe: "0",
  }),
  privileges: [
    "'mysql'@'localhost'\tSUPER\t*.*",
    "'root'@'localhost'\tSUPER\t*.*",
    "'trivet_app'@'%'\tUSAGE\t*.*",
    "'trivet_monitor'@'%'\tUSAGE\t*.*",
    "'trivet_supervisor'@'127.0.0.1'\tUSAGE\t*.*",
  ].join("\n"),
  "disk-limits": "warning=80\nfull=95\ncounted=0\n",
  "stop-timeout": JSON.stringify({ Config: { StopTimeout: 60 } }),
  confinement: JSON.stringify({
    HostConfig: {
      Privileged: false,
      CapAdd: ["CAP_CHOWN", "CAP_KILL"],
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      PidMode: "",
    },
  }),
  "consul-check": JSON.stringify({
    checks: [
      {
        id: "galeradb-fit",
        type: "http",
        output: "HTTP GET http://127.0.0.1:4570/consul: 200 OK Output: Primary 4 ON writable, clock right\n",
      },
    ],
    settings: [
      {
        id: "galeradb-fit",
        http: "http://127.0.0.1:4570/consul",
        interval: "2s",
        timeout: "2s",
        deregister: "0s",
      },
    ],
  }),
  "consul-quorum": JSON.stringify({
    election: "1s",
    bootstrap: false,
    expect: 3,
    leaveOnTerminate: false,
    voters: ["dns2", "dns1", "dns3"],
    joins: ["198.18.1.53", "198.18.2.53", "198.18.3.53"],
  }),
  "dns-ttl": JSON.stringify({ ttls: { "*": "1s" }, onlyPassing: true, negative: 1 }),
  "bind-cache": "unloaded\tno\nmax-cache-ttl\t2\nmax-ncache-ttl\t1\nservfail-ttl\t0",
  resolvers:
    "nameserver 198.18.1.53\nnameserver 198.18.2.53\nnameserver 198.18.3.53\noptions timeout:1 attempts:2 rotate",
  "time-sources": [
    "tracking,C6120135,198.18.1.53,9,1795261855.66,0.000007419,0.000000536,0.000001125,0.001,0,0.01,0.00001,0.00001,16.2,Normal",
    "sources,^,*,198.18.1.53,8,4,377,10,0.000020711,0.000021247,0.000026795",
    "sources,^,+,198.18.2.53,9,4,377,3,0.000006132,0.000006132,0.000087395",
    "sources,^,+,198.18.3.53,9,4,377,14,-0.000025625,-0.000025093,0.000077820",
  ].join("\n"),
  "sync-wait": JSON.stringify({ database: { type: "mysql", host: "galeradb.service.consul" }, redis: {} }),
  "database-writers": "",
  "master-zone": icinga,
  notifications: icinga,
  restarts: JSON.stringify({ HostConfig: { RestartPolicy: { Name: "unless-stopped" } } }),
  spread: JSON.stringify({ State: { Running: true } }),
};

/** The masters write states; nobody else does. */
export const saidWell = (rule: string, service: string): string =>
  rule === "database-writers" && service === "icinga-master" ? "IcingaDB" : well[rule]!;
