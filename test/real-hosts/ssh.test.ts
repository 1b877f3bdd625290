import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import test from "ava";
import { execa } from "execa";
import { docker } from "../../cli/setup/docker.ts";
import type { Inventory } from "../../core/inventory.ts";
import { dockerAt } from "../../hosts/endpoint.ts";
import { openPulse } from "../../hosts/pulse.ts";
import { openForward, runOn, whyNotForwarded } from "../../hosts/ssh.ts";
import { imageNames, imageTag } from "../../images/index.ts";
import { settingsFile } from "../../stacks/settings/file.ts";
import { inventoryOf, makeProject, type Project } from "../cli/project.ts";
import { type LightBed, lightBed } from "./light.ts";

const NAME = "sshcases";
const domains = [
  { name: "near", subnet: "198.19.106.0/24" },
  { name: "far", subnet: "198.19.107.0/24" },
  { name: "away", subnet: "198.19.108.0/24" },
];
/** One with an address and sshd's usual port; one by a name that only ssh knows, at another port; one behind the first. */
const near = "ssh://trivet@198.19.106.11";
const far = "ssh://operator@box.example:2222";
const away = "ssh://trivet@198.19.108.11";
const hosts = [
  { name: "a", domain: "near", address: "198.19.106.11", endpoint: near },
  { name: "b", domain: "far", address: "198.19.107.11", endpoint: far },
  { name: "c", domain: "away", address: "198.19.108.11", endpoint: away },
];

let bed: LightBed;
let config: string;
let project: Project;
test.before(async () => {
  project = await makeProject();
  const ssh = (port: number, from: string, to: string) => ({
    ...{ name: "SSH", protocol: "tcp" as const, port },
    ...{ from: [from], to: [to] },
  });
  bed = await lightBed(NAME, { domains, hosts }, [ssh(2222, "a", "b"), ssh(22, "a", "c"), ssh(22, "b", "a")]);
  config = join(bed.folder, "ssh_config");
});
test.after.always(async () => {
  await bed?.down();
  await project?.remove();
});

/** Puts an entry before those of the bed, as somebody would write it. */
function withEntry(names: string, lines: string): void {
  const own = `IdentityFile "${bed.folder}/id_ed25519"\nIdentitiesOnly yes\nUserKnownHostsFile "${bed.folder}/known_hosts"`;
  writeFileSync(config, `Host ${names}\n${lines}\n${own}\n${readFileSync(config, "utf8")}`);
}

/** Records an environment with a database node on each host, as if it were up. */
async function record(environment: string, endpoints: Record<string, string>): Promise<void> {
  const one = inventoryOf(environment, "");
  const services = Object.entries(endpoints).map(([host, endpoint]) => ({
    ...one.services[0]!,
    ...{ host, endpoint, container: `trivet-${environment}-${host}-galera` },
  }));
  const there = Object.entries(endpoints).map(([name, endpoint]) => ({ ...one.hosts[0]!, name, endpoint }));
  await project.record(environment, { ...one, hosts: there, services } as Inventory);
}

test.serial("a key file, a name that only ssh knows, a port of its own: programs and Docker", async (t) => {
  for (const [endpoint, name, user] of [
    [near, "a", "trivet"],
    [far, "b", "operator"],
  ] as const) {
    t.is((await runOn(endpoint, ["sh", "-c", "hostname; id -un"])).stdout, `${name}\n${user}\n`);
    t.is((await dockerAt(endpoint).info()).Name, name);
  }
});

/** The first line that a stream brings; what it took, in milliseconds. */
async function greeting(path: string): Promise<{ line: string; took: number }> {
  const began = performance.now();
  const stream = connect(path);
  const [first] = await once(stream, "data", { signal: AbortSignal.timeout(10_000) });
  stream.destroy();
  return { line: String(first), took: performance.now() - began };
}

test.serial("streams to a port that a host reaches, beside as many programs as its sshd allows", async (t) => {
  const forward = await openForward(near, { address: "198.19.107.11", port: 2222 });
  const pulse = openPulse(near);
  t.true((await pulse.beat(10_000))! > 0);
  // One session is the connection's own: ten in all, which is MaxSessions.
  const programs = Array.from({ length: 8 }, () => runOn(near, ["sleep", "3"]));
  await setTimeout(1_000);
  const streams = await Promise.all(Array.from({ length: 8 }, () => greeting(forward.path)));
  for (const { line } of streams) t.regex(line, /^SSH-2\.0-/);
  const beat = (await pulse.beat(10_000))!;
  for (const { code } of await Promise.all(programs)) t.is(code, 0);
  const one = await greeting(forward.path);
  t.log(`an answer by the connection: ${beat.toFixed(1)} ms; a stream and its first answer: ${one.took.toFixed(1)} ms`);
  await forward.close();
  pulse.close();
});

test.serial("why a host can't connect to a port", async (t) => {
  t.is(await whyNotForwarded(near, { address: "198.19.107.11", port: 2222 }, 10_000), undefined);
  t.regex((await whyNotForwarded(near, { address: "198.19.106.11", port: 1 }, 10_000))!, /Connection refused/);
  t.is(await whyNotForwarded(near, { address: "198.19.107.11", port: 80 }, 2_000), "no answer in 2 s");
});

test.serial("a key that the host does not take", async (t) => {
  const stranger = join(bed.folder, "stranger");
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", stranger]);
  withEntry(
    "stranger",
    `HostName 198.19.106.11
HostKeyAlias 198.19.106.11
User trivet
IdentityFile "${stranger}"
ProxyCommand docker exec -i ${bed.router} nc -N %h %p`,
  );
  // Of two the first one is offered first, and the other one would be taken.
  writeFileSync(config, readFileSync(config, "utf8").replace(`IdentityFile "${bed.folder}/id_ed25519"\n`, ""));
  const refused = {
    message: /^stranger: it accepts none of this user's keys\. .*ssh-copy-id stranger.*Permission denied/s,
  };
  await t.throwsAsync(runOn("ssh://stranger", ["true"]), refused);
  await t.throwsAsync(dockerAt("ssh://stranger").ping(), refused);
});

test.serial(
  "each way to a host, in settings as one writes them: a key file, a port, an alias behind a jump host",
  async (t) => {
    t.timeout(5 * 60_000);
    withEntry("inner", "HostName 198.19.108.11\nHostKeyAlias 198.19.108.11\nUser trivet\nProxyJump 198.19.106.11");
    const ways = { a: near, b: far, c: "ssh://inner" };
    const roles = {
      a: "database, discovery, time, master, web, entry",
      b: "database, discovery, time, master",
      c: "database, discovery, time",
    };
    const entries = hosts.map(
      ({ name, domain, address }) =>
        `    - { name: ${name}, domain: ${domain}, address: ${address}, endpoint: "${ways[name as "a"]}", roles: [${roles[name as "a"]}] }`,
    );
    const named = domains.map(({ name, subnet }) => `    - { name: ${name}, subnet: ${subnet} }`);
    await project.writeSettings(
      "routes",
      `config:\n  trivet:domains:\n${named.join("\n")}\n  trivet:hosts:\n${entries.join("\n")}\n`,
    );
    await record("routes", ways);
    const status = await project.trivet("status", "routes");
    for (const { name } of hosts)
      t.regex(status.stdout, new RegExp(`there is no container trivet-routes-${name}-galera`));
    t.notRegex(status.stdout + status.stderr, /ssh says/);
    const prepare = await project.trivet("hosts", "prepare", "routes", "--json");
    t.is(prepare.exitCode, 0, prepare.stderr);
    const { hosts: seen } = JSON.parse(prepare.stdout) as { hosts: { host: string; changes: { kind: string }[] }[] };
    t.deepEqual(
      seen.map(({ host, changes }) => [host, changes.some(({ kind }) => kind === "sshd")]),
      [
        ["a", true],
        ["b", true],
        ["c", true],
      ],
    );
  },
);

/** Names by which ssh knows the others, each by way of a. */
const aliases = Array.from({ length: 14 }, (_, n) => `h${String(n + 1).padStart(2, "0")}`);
const behind = "ProxyJump 198.19.106.11";

test.serial("fourteen hosts behind one jump host, whose sshd has much to do and refuses some by lot", async (t) => {
  t.timeout(20 * 60_000);
  withEntry(
    aliases.slice(0, 7).join(" "),
    `HostName 198.19.107.11\nHostKeyAlias [box.example]:2222\nPort 2222\nUser operator\n${behind}`,
  );
  withEntry(aliases.slice(7).join(" "), `HostName 198.19.108.11\nHostKeyAlias 198.19.108.11\nUser trivet\n${behind}`);
  for (const endpoint of [near, far, away]) {
    const limits = (await runOn(endpoint, ["sudo", "/usr/sbin/sshd", "-T"])).stdout;
    t.regex(limits, /^maxstartups 10:30:100$/m);
    t.regex(limits, /^maxsessions 10$/m);
  }
  // The settings of production, whose hosts are fourteen. Of the images only one is this machine's.
  const images = imageNames
    .filter((name) => name !== "base" && name !== "chrony")
    .map((name) => `${name}: registry.example/${name}:1`);
  let n = 0;
  const text = readFileSync(settingsFile("production"), "utf8").replace(
    /ssh:\/\/trivet@[\d.]+/g,
    () => `ssh://${aliases[n++]}`,
  );
  t.is(n, 14);
  await project.writeSettings("many", `${text}  trivet:images: { ${images.join(", ")} }\n`);
  await record("many", Object.fromEntries(aliases.map((name) => [name, `ssh://${name}`])));

  // Fifteen who have connected and say nothing: from there on, every third is refused.
  const idle = "for n in $(seq 15); do sleep 100 | nc 198.19.106.11 22 > /dev/null & done; wait";
  await execa("docker", ["exec", "--detach", `trivet-bed-${NAME}-b`, "sh", "-c", idle]);
  const plain = await Promise.all(
    aliases.map((name) => execa("ssh", ["-F", config, "-o", "BatchMode=yes", name, "true"], { reject: false })),
  );
  const dropped = plain.filter(({ exitCode }) => exitCode === 255);
  t.log(`of 14 plain ssh at a time ${dropped.length} are refused`);
  t.true(dropped.length > 0);

  const began = performance.now();
  const run = async (...args: string[]) => {
    const ran = await project.trivet(...args);
    t.log(`trivet ${args.join(" ")}: exit ${ran.exitCode}, ${((performance.now() - began) / 1_000).toFixed(0)} s`);
    t.notRegex(ran.stdout + ran.stderr, /ssh says|closed the connection|It was tried/);
    return ran;
  };
  // As three operators would, at a time.
  const [status, preflight, prepare] = await Promise.all([
    run("status", "many"),
    run("preflight", "many", "--json"),
    run("hosts", "prepare", "many", "--json"),
  ]);
  // One that has so many names may be late with its answers, which is another matter.
  for (const name of aliases) {
    t.regex(
      status.stdout,
      new RegExp(
        `there is no container trivet-many-${name}-galera|ssh://${name}: it did not say how its containers are`,
      ),
    );
  }
  const { findings } = JSON.parse(preflight.stdout) as { findings: { rule: string; host: string }[] };
  t.deepEqual(
    findings.filter(({ rule }) => ["host-key", "login", "unreachable", "no-shell"].includes(rule)),
    [],
  );
  t.is(JSON.parse(prepare.stdout).hosts.length, 14, prepare.stderr);
  const push = await run("images", "push", "many");
  t.is(push.exitCode, 0, push.stderr);
  const chrony = imageTag("chrony");
  const { Id } = await docker.getImage(chrony).inspect();
  for (const endpoint of [far, away]) t.is((await dockerAt(endpoint).getImage(chrony).inspect()).Id, Id);
});
