// What a lab's router lets through while services change, and afterwards, by the very rules that it has loaded.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import Docker from "dockerode";
import { execa } from "execa";
import type { ConfigFilesInputs } from "../../components/files/index.ts";
import { imageTag } from "../../images/index.ts";
import { firewallRules, rulesFile } from "../../lab/firewall.ts";
import { configFiles } from "../../provider/files.ts";

const docker = new Docker();
const container = "trial-router";
const widen = readFileSync(join(import.meta.dirname, "../../lab/widen"), "utf8");
const meanwhile = "/etc/trivet/firewall-meanwhile";
const context = { signal: new AbortController().signal };

const places = [1, 2, 3].map((n) => ({ name: `db${n}`, domain: `fd${n}`, address: `198.18.${n}.11` }));
const rulesFor = (...names: string[]) =>
  firewallRules([{ name: "Database", protocol: "tcp", port: 3306, from: names, to: names }], places);
const [all, two, others] = [rulesFor("db1", "db2", "db3"), rulesFor("db1", "db2"), rulesFor("db1", "db3")];
/** One as `iptables-save` writes it, of the domains' numbers. */
const saved = (from: number, to: number) =>
  `-A FORWARD -s 198.18.${from}.11/32 -d 198.18.${to}.11/32 -p tcp -m tcp --dport 3306 -m comment --comment Database -j ACCEPT`;
const ALL = [saved(1, 2), saved(1, 3), saved(2, 1), saved(2, 3), saved(3, 1), saved(3, 2)];
const TWO = [saved(1, 2), saved(2, 1)];
const OTHERS = [saved(1, 3), saved(3, 1)];

let containerId: string;
test.before(create);
test.after.always(remove);

async function create(): Promise<void> {
  await remove();
  const made = await docker.createContainer({
    name: container,
    Image: imageTag("pod"),
    Cmd: ["router"],
    Labels: { "io.trivet.environment": container },
    HostConfig: { NetworkMode: "none", CapAdd: ["NET_ADMIN"] },
  });
  await made.start();
  containerId = made.id;
}

async function remove(): Promise<void> {
  const left = await docker.listContainers({ all: true, filters: { name: [container] } });
  for (const { Id } of left) await docker.getContainer(Id).remove({ force: true });
}

const inRouter = () => ({ endpoint: "unix:///var/run/docker.sock", container, containerId });
const early = (rules: string): ConfigFilesInputs => ({
  ...inRouter(),
  folder: meanwhile,
  files: { rules, widen },
  apply: ["sh", `${meanwhile}/widen`, `${meanwhile}/rules`, rulesFile],
});
const last = (rules: string): ConfigFilesInputs => ({
  ...inRouter(),
  folder: "/etc/trivet/firewall",
  files: { rules },
  apply: ["iptables-restore", rulesFile],
});
const inside = async (...command: string[]) => (await execa("docker", ["exec", container, ...command])).stdout;

/** What passes, each once, sorted: a rule for two hosts lets the same through as a rule for each. The rest of the table must be as ever. */
async function passing(): Promise<string[]> {
  const lines = (await inside("iptables-save", "-t", "filter")).split("\n").filter((line) => /^[:-]/.test(line));
  const [input, forward, output, lo, icmp, established, ...flows] = lines;
  const fixed = [input, forward, output, lo, icmp, established].map((line) => line?.replace(/\[.*\]/, "").trim());
  if (
    fixed.join("\n") !==
    `:INPUT DROP
:FORWARD DROP
:OUTPUT ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -p icmp -j ACCEPT
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`
  ) {
    throw new Error(`the table is another one:\n${lines.join("\n")}`);
  }
  return [...new Set(flows)].toSorted();
}

test.serial("a new router lets nothing through until it is told what, and then exactly that", async (t) => {
  t.regex(await inside("health"), /0 rules/);
  await configFiles.create(early(all), context);
  t.deepEqual(await passing(), ALL);
  await configFiles.create(last(all), context);
  t.deepEqual(await passing(), ALL);
  t.is(await inside("cat", rulesFile), all.trimEnd());
});

test.serial("fewer flows: those of before pass until the end, however often that is not reached", async (t) => {
  await configFiles.update!(early(all), early(two), context);
  t.deepEqual(await passing(), ALL);
  await configFiles.update!(early(two), early(others), context);
  await configFiles.update!(early(others), early(two), context);
  t.deepEqual(await passing(), ALL);
  const loaded = await inside("cat", rulesFile);
  await configFiles.update!(early(two), early(others), context);
  t.deepEqual(
    (await inside("cat", rulesFile)).split("\n").toSorted(),
    loaded.split("\n").toSorted(),
    "it does not grow",
  );
  await docker.getContainer(container).restart({ t: 0 });
  t.deepEqual(await passing(), ALL, "nor does a restart of the router cut them off");
  await configFiles.update!(early(others), early(two), context);
  await configFiles.update!(last(all), last(two), context);
  t.deepEqual(await passing(), TWO);
  t.is(await inside("ls", "/etc/trivet/firewall"), "rules");
  await docker.getContainer(container).restart({ t: 0 });
  t.deepEqual(await passing(), TWO);
});

test.serial("flows that are new pass at once", async (t) => {
  await configFiles.update!(early(two), early(others), context);
  t.deepEqual(await passing(), [...TWO, ...OTHERS].toSorted());
});

test.serial("rules that are none change nothing", async (t) => {
  const wrong = others.replace("-p tcp", "-p nothing");
  await t.throwsAsync(configFiles.update!(early(others), early(wrong), context), { message: /were refused/ });
  t.deepEqual(await passing(), [...TWO, ...OTHERS].toSorted());
  await docker.getContainer(container).restart({ t: 0 });
  t.deepEqual(await passing(), [...TWO, ...OTHERS].toSorted());
});

test.serial("a router that is made anew lets through what the one before did", async (t) => {
  const before = early(others);
  await create();
  await configFiles.update!(before, early(two), context);
  t.deepEqual(await passing(), [...TWO, ...OTHERS].toSorted());
  await configFiles.update!(last(two), last(two), context);
  t.deepEqual(await passing(), TWO);
});
