import test from "ava";
import { agentJson, type ServiceRegistration } from "../../../components/consul/config.ts";
import { consulFlows } from "../../../components/consul/flows.ts";
import { ConsulCluster, type ConsulClusterArgs } from "../../../components/consul/index.ts";
import { UserError } from "../../../core/errors.ts";
import { three } from "../hosts.ts";
import { recordingMocks } from "../mocks.ts";

const mocks = await recordingMocks();

const shop: ServiceRegistration = {
  name: "shop-db",
  tags: ["galera"],
  hosts: three("db", 11),
  port: 3306,
  check: { script: "#!/bin/sh\n", interval: "2s", timeout: "2s", files: { "shop-db.cnf": "secret" } },
};
const args: ConsulClusterArgs = { hosts: three("dns", 53), image: "consul:1", services: [shop] };
const cluster = new ConsulCluster("consul", args);
test.before(() => mocks.settled());

const common = {
  address: "198.18.1.53",
  datacenter: "dc1",
  servers: ["198.18.1.53", "198.18.2.53", "198.18.3.53"],
  encrypt: "a2V5",
};

test("a server's configuration", (t) => {
  t.is(
    agentJson({ ...common, nodeName: "dns1", raftMultiplier: 1, services: [] }),
    `{
  "node_name": "dns1",
  "datacenter": "dc1",
  "server": true,
  "bootstrap_expect": 3,
  "performance": {
    "raft_multiplier": 1
  },
  "bind_addr": "198.18.1.53",
  "client_addr": "127.0.0.1",
  "ports": {
    "dns": 8600
  },
  "gossip_lan": {
    "probe_interval": "500ms",
    "probe_timeout": "300ms",
    "suspicion_mult": 3
  },
  "retry_join": [
    "198.18.1.53",
    "198.18.2.53",
    "198.18.3.53"
  ],
  "retry_interval": "1s",
  "encrypt": "a2V5",
  "encrypt_verify_incoming": true,
  "encrypt_verify_outgoing": true,
  "disable_update_check": true,
  "log_level": "info",
  "leave_on_terminate": false,
  "skip_leave_on_interrupt": true,
  "enable_local_script_checks": true,
  "check_update_interval": "10s",
  "recursors": [],
  "dns_config": {
    "only_passing": true,
    "allow_stale": true,
    "node_ttl": "1s",
    "service_ttl": {
      "*": "1s"
    },
    "soa": {
      "min_ttl": 0
    }
  },
  "services": []
}
`,
  );
});

test("an agent's: no server, and its services with their checks", (t) => {
  const agent = JSON.parse(agentJson({ ...common, nodeName: "db1", address: "198.18.1.11", services: [shop] }));
  t.deepEqual([agent.server, agent.bootstrap_expect, agent.performance], [false, undefined, undefined]);
  // One that is stopped is out of the name at once; a server never leaves the quorum for that.
  t.true(agent.leave_on_terminate);
  t.deepEqual(agent.services, [
    {
      id: "shop-db",
      name: "shop-db",
      tags: ["galera"],
      address: "198.18.1.11",
      port: 3306,
      checks: [
        {
          id: "shop-db-fit",
          name: "shop-db: fit",
          args: ["/etc/consul.d/trivet/check-shop-db"],
          interval: "2s",
          timeout: "2s",
        },
      ],
    },
  ]);
});

test("a check by HTTP starts no process, and has the id that a script had", (t) => {
  const check = { http: "http://127.0.0.1:4570/consul", interval: "2s", timeout: "2s" };
  const agent = JSON.parse(agentJson({ ...common, nodeName: "db1", services: [{ ...shop, check }] }));
  t.deepEqual(agent.services[0].checks, [
    {
      id: "shop-db-fit",
      name: "shop-db: fit",
      http: "http://127.0.0.1:4570/consul",
      method: "GET",
      interval: "2s",
      timeout: "2s",
    },
  ]);
});

test("an answer is believed for a second, or as long as its service says", (t) => {
  const text = agentJson({ ...common, nodeName: "dns1", services: [], serviceTtl: { "shop-db-writer": "0s" } });
  t.deepEqual(JSON.parse(text).dns_config.service_ttl, { "*": "1s", "shop-db-writer": "0s" });
});

test("servers, and an agent on each other host with a service, one at a time", (t) => {
  t.deepEqual(
    cluster.services.map(({ host, service }) => `${service} on ${host}`),
    [1, 2, 3].map((n) => `consul-server on dns${n}`).concat([1, 2, 3].map((n) => `consul-agent on db${n}`)),
  );
  t.true(mocks.before("dns1-consul-server-healthy", "dns2-consul-server"));
  t.true(mocks.before("dns2-consul-server-healthy", "dns3-consul-server"));
  t.true(mocks.before("db1-consul-agent-healthy", "db2-consul-agent"));
});

test("a server that is removed is not waited for; an agent leaves first", (t) => {
  t.like(mocks.inputs("dns1-consul-server"), { stopTimeout: 10, destroyGraceSeconds: 2 });
  t.like(mocks.inputs("db1-consul-agent"), { stopTimeout: 10, destroyGraceSeconds: 10 });
});

test("a key is in use before any agent starts with it, and the only one after all have", (t) => {
  t.true(mocks.before("consul-gossip-key", "dns1-consul-server"));
  t.true(mocks.before("consul-gossip-key", "db1-consul-agent"));
  t.true(mocks.before("dns3-consul-server-healthy", "consul-former-gossip-keys"));
  t.true(mocks.before("db3-consul-agent-healthy", "consul-former-gossip-keys"));
  const { agents } = mocks.inputs("consul-gossip-key");
  t.deepEqual(
    agents.map(({ container }: { container: string }) => container.split("-").slice(-3).join("-")),
    [1, 2, 3].map((n) => `dns${n}-consul-server`).concat([1, 2, 3].map((n) => `db${n}-consul-agent`)),
  );
});

test("a host is a server or an agent, never both", (t) => {
  const both = new ConsulCluster("both", { hosts: shop.hosts, image: "consul:1", services: [shop] });
  t.deepEqual(
    both.services.map(({ service }) => service),
    ["consul-server", "consul-server", "consul-server"],
  );
});

test("the check goes where the service is, with what it needs; the key goes in as a file", (t) => {
  t.deepEqual(Object.keys(mocks.files("db1-consul-agent")), [
    "/etc/trivet/consul/agent.json",
    "/etc/trivet/consul/check-shop-db",
    "/etc/trivet/consul/shop-db.cnf",
  ]);
  t.deepEqual(Object.keys(mocks.files("dns1-consul-server")), ["/etc/trivet/consul/agent.json"]);
  const config = JSON.parse(mocks.files("dns1-consul-server")["/etc/trivet/consul/agent.json"]!);
  t.is(config.encrypt, "generated for consul-gossip");
  t.deepEqual(mocks.inputs("dns1-consul-server").envs, ["TRIVET_CONTAINER=trivet-t-dns1-consul-server"]);
});

test("flows", (t) => {
  const of = (port: number) => consulFlows(["s1", "s2"], ["a1"]).find((flow) => flow.port === port)!;
  t.deepEqual(
    [of(8300).from, of(8300).to],
    [
      ["s1", "s2", "a1"],
      ["s1", "s2"],
    ],
  );
  t.deepEqual(of(8301).to, ["s1", "s2", "a1"]);
  t.deepEqual(of(8302).from, ["s1", "s2"]);
});

test("refused: two servers, a service twice", (t) => {
  t.throws(() => new ConsulCluster("c", { ...args, hosts: args.hosts.slice(1) }), {
    instanceOf: UserError,
    message: /^ConsulCluster "c" has 2 servers; expected an odd number, three at least/,
  });
  t.throws(() => new ConsulCluster("c", { ...args, services: [shop, shop] }), {
    instanceOf: UserError,
    message: 'ConsulCluster "c" has services[1] "shop-db"; expected each of them once: correct it.',
  });
});
