import { execa } from "execa";
import pRetry from "p-retry";
import { objectsOf } from "../../cli/environment/objects.ts";
import type { Inventory } from "../../core/inventory.ts";
import { imageTag } from "../../images/index.ts";

/**
 * The least that every kind of fault can be tried on: hosts a and b in one domain, c in another, a router between them, a small
 * web server with a volume on each, and a name server on c.
 */
const environment = "guardtest";
const endpoint = "unix:///var/run/docker.sock";
const hosts = {
  a: { domain: "near", address: "198.18.250.11", gateway: "198.18.250.2" },
  b: { domain: "near", address: "198.18.250.12", gateway: "198.18.250.2" },
  c: { domain: "far", address: "198.18.251.13", gateway: "198.18.251.2" },
};
type HostName = keyof typeof hosts;
const names = Object.keys(hosts) as HostName[];
const subnets = { near: "198.18.250.0/24", far: "198.18.251.0/24" };

const containerOf = (host: string, service?: string) =>
  ["trivet", environment, host, service].filter(Boolean).join("-");

const record = (host: HostName, service: string, container = containerOf(host, service)) => ({
  service,
  host,
  domain: hosts[host].domain,
  address: hosts[host].address,
  endpoint,
  container,
});

/** As much of an inventory as guard and faults look at. */
export const inventory = {
  environment,
  domains: Object.entries(subnets).map(([name, subnet]) => ({ name, subnet })),
  services: [
    { ...record("a", "router"), host: "router", container: containerOf("router") },
    ...names.flatMap((host) => [record(host, "pod", containerOf(host)), record(host, "redis")]),
    record("c", "bind"),
  ],
  database: { name: "database.example" },
} as unknown as Inventory;

const docker = (...words: string[]) => execa("docker", words);

async function run(host: string, service: string | undefined, options: string[], image: string, ...command: string[]) {
  const labels = [`environment=${environment}`, `service=${service ?? "pod"}`].flatMap((label) => [
    "--label",
    `io.trivet.${label}`,
  ]);
  const name = containerOf(host, service);
  await docker("create", "--name", name, "--restart", "unless-stopped", ...labels, ...options, image, ...command);
  return name;
}

export async function buildSite(): Promise<void> {
  const label = ["--label", `io.trivet.environment=${environment}`];
  for (const [name, subnet] of Object.entries(subnets)) {
    await docker("network", "create", ...label, "--subnet", subnet, `trivet-${environment}-${name}`);
  }
  const pod = imageTag("pod");
  const forwards = ["--cap-add", "NET_ADMIN", "--sysctl", "net.ipv4.ip_forward=1"];
  const router = await run(
    "router",
    undefined,
    [...forwards, "--network", `trivet-${environment}-near`, "--ip", "198.18.250.2"],
    pod,
    "router",
  );
  await docker("network", "connect", "--ip", "198.18.251.2", `trivet-${environment}-far`, router);
  await docker("start", router);
  await docker("exec", router, "iptables", "-P", "FORWARD", "ACCEPT");
  await Promise.all(names.map(buildHost));
  await buildNameServer();
  await pRetry(() => Promise.all(names.map(assertServes)), { retries: 60, minTimeout: 500, factor: 1 });
}

async function buildHost(host: HostName): Promise<void> {
  const { domain, address, gateway } = hosts[host];
  const network = ["--cap-add", "NET_ADMIN", "--network", `trivet-${environment}-${domain}`, "--ip", address];
  const pod = await run(host, undefined, network, imageTag("pod"), "pod", gateway);
  await docker("start", pod);
  const volume = `${containerOf(host, "redis")}-data`;
  await docker("volume", "create", "--label", `io.trivet.environment=${environment}`, volume);
  const options = ["--network", `container:${pod}`, "-v", `${volume}:/srv/data`];
  const web = await run(host, "redis", options, imageTag("target"));
  await docker("start", web);
  await docker("exec", web, "sh", "-c", "head -c 1000000 /dev/urandom > /srv/www/large");
}

async function assertServes(host: HostName): Promise<void> {
  if (!(await fetched(host))) throw new Error(`${host} serves no page yet`);
}

async function buildNameServer(): Promise<void> {
  const config = `options { directory "/var/cache/bind"; pid-file "/run/named/named.pid"; listen-on { any; }; listen-on-v6 { none; }; recursion no; };
zone "example" { type primary; file "/etc/bind/example"; };`;
  const zone =
    "$TTL 1\n@ IN SOA localhost. root.localhost. 1 3600 600 86400 1\n@ IN NS localhost.\ndatabase IN A 198.18.250.11";
  const files = `mkdir -p /etc/trivet/bind; cd /etc/trivet/bind; echo '${config}' > named.conf; echo '${zone}' > example; echo > ../hosts`;
  const server = await run(
    "c",
    "bind",
    ["--network", `container:${containerOf("c")}`, "--entrypoint", "sh"],
    imageTag("bind"),
    "-c",
    `${files}; install -d -o bind /run/named; cp * /etc/bind; exec named -g -u bind -c /etc/bind/named.conf`,
  );
  await docker("start", server);
}

export async function removeSite(): Promise<void> {
  const found = await objectsOf(endpoint, environment);
  for (const leftover of found) await leftover.remove();
}

/** Runs a shell script in a host's web server, or in its pod. */
export const inside = (host: string, script: string, where: "pod" | "redis" = "redis") =>
  execa("docker", ["exec", containerOf(host, where === "pod" ? undefined : where), "sh", "-c", script], {
    reject: false,
  });

/** A host's page (or file) came within two seconds: as seen from this machine, or from another host. */
export async function fetched(host: HostName, from?: HostName, file = ""): Promise<boolean> {
  const words = ["-sf", "-m", "2", "-o", "/dev/null", `http://${hosts[host].address}/${file}`];
  const { exitCode } = from
    ? await inside(from, `curl ${words.join(" ")}`, "pod")
    : await execa("curl", words, { reject: false });
  return exitCode === 0;
}

/** A datagram from one host reaches another: one way, without an answer. Each pair has a port of its own unless given. */
export async function heard(from: HostName, to: HostName, port = 9000 + 10 * names.indexOf(from) + names.indexOf(to)) {
  const listening = inside(to, `timeout 2 nc -u -W 1 -l -p ${port}`, "pod");
  const target = `${hosts[to].address} ${port}`;
  await inside(from, `for i in 1 2 3; do sleep 0.4; echo hello | nc -u -w 0 -p ${port} ${target}; done`, "pod");
  return (await listening).stdout.includes("hello");
}

/** Datagrams by pair, as in `{ ab: true, ba: false }`: all at the same time. */
export async function hearing(...pairs: string[]): Promise<Record<string, boolean>> {
  const heards = pairs.map(async (pair) => [pair, await heard(pair[0] as HostName, pair[1] as HostName)]);
  return Object.fromEntries(await Promise.all(heards));
}

/** How often a host's web server was denied the processor while it wanted it for a second. */
export async function throttled(host: HostName): Promise<number> {
  const count =
    "cat /sys/fs/cgroup/cpu/cpu.stat /sys/fs/cgroup/cpu.stat 2> /dev/null | awk '/nr_throttled/ { print $2; exit }'";
  const { stdout } = await inside(
    host,
    `a=$(${count}); timeout 1 sh -c 'while :; do :; done'; b=$(${count}); echo $((b - a))`,
  );
  return Number(stdout);
}

export const startedAt = async (host: HostName): Promise<string> =>
  (await docker("inspect", "-f", "{{.State.StartedAt}}", containerOf(host, "redis"))).stdout;

/** Loop devices over the site's volumes; others may have some. */
export const loopDevices = async (): Promise<string[]> =>
  (await execa("losetup", ["-a"])).stdout.split("\n").filter((line) => line.includes(`trivet-${environment}-`));
