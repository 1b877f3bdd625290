// A host whose key is another one than the known one is used by no verb.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import type { Command } from "commander";
import { execa } from "execa";
import { makeProgram } from "../../../cli/program.ts";
import type { Inventory } from "../../../core/inventory.ts";
import { settingsFile } from "../../../stacks/settings/file.ts";
import { startSshd } from "../../hosts/sshd.ts";
import { inventoryOf, makeProject, type Project } from "../project.ts";

const sshd = await startSshd();
let project: Project;
test.before(async () => {
  project = await makeProject();
  await writeSites();
});
test.after.always(async () => {
  sshd.close();
  await project?.remove();
});

/** Staging, each host of it by a user of its own at the one sshd; `site` is up, `fresh` is not. */
async function writeSites(): Promise<void> {
  const text = (await readFile(settingsFile("staging"), "utf8")).replace(/ssh:\/\/trivet@[\d.]+/g, endpointOf);
  await project.writeSettings("site", `${text}  trivet:allowChaos: [database-kill]\n`);
  await project.writeSettings("fresh", text);
  const one = inventoryOf("site", endpointOf("192.0.2.11"));
  const voters = [
    { host: "north1", domain: "north", address: "192.0.2.11" },
    { host: "south1", domain: "south", address: "198.51.100.11" },
    { host: "west1", domain: "west", address: "203.0.113.11" },
  ];
  const services = voters.flatMap((at) =>
    (["galera", "consul-server"] as const).map((service) => ({
      ...at,
      ...{ service, endpoint: endpointOf(at.address), container: `trivet-site-${at.host}-${service}` },
    })),
  );
  await project.record("site", {
    ...one,
    ...{ services, chaos: { ...one.chaos, allowed: true } },
    domains: voters.map(({ domain }) => ({ name: domain, subnet: "192.0.2.0/24" })),
    hosts: voters.map(({ host: name, domain, address }) => ({
      ...{ name, domain, address, endpoint: endpointOf(address), roles: ["database", "discovery"] },
    })),
  } as Inventory);
}

const endpointOf = (address: string): string => sshd.endpoint.replace("somebody", `u${address.replace(/\D+/g, "")}`);

/** What a verb is called with where it has hosts to ask, and its exit code: 1 of those that tell how all is, 2 of those that do something, 3 of a run that broke. */
interface Calls {
  code: 1 | 2 | 3;
  lines: string[][];
}
const asks = (code: Calls["code"], ...lines: string[]): Calls => ({
  code,
  lines: lines.map((line) => line.split(" ")),
});

const north1 = endpointOf("192.0.2.11");

/** Every verb. One that is not here fails the test. */
const ASKING: Record<string, Calls> = {
  up: asks(2, "up site --yes", "up fresh --yes", "up fresh --yes --skip-preflight tried"),
  drift: asks(1, "drift site"),
  refresh: asks(1, "refresh site"),
  adopt: asks(2, "adopt fresh --yes", `adopt fresh --yes --cluster 192.0.2.11=${north1}`),
  destroy: asks(2, "destroy site --yes", "destroy site --yes --without-state"),
  preflight: asks(1, "preflight site"),
  status: asks(1, "status site", "status site --json"),
  check: asks(1, "check site"),
  logs: asks(2, "logs site galera", "logs site galera --follow"),
  restart: asks(2, "restart site galera --yes"),
  stop: asks(2, "stop site galera --yes --all"),
  start: asks(2, "start site galera"),
  shell: asks(2, "shell site north1"),
  recover: asks(1, "recover site", "recover site --apply"),
  heal: asks(2, "heal site"),
  forget: asks(2, `forget site north9 --endpoint ${north1} --yes`, "forget site north9 --yes"),
  chaos: asks(2, "chaos site --only database-kill"),
  "bench galera": asks(2, "bench galera site --only kill"),
  mutants: asks(3, "mutants site --only flush-0"),
  "images push": asks(2, "images push site"),
  "hosts prepare": asks(2, "hosts prepare site", "hosts prepare site --apply --yes"),
  "hosts restore": asks(2, "hosts restore site", "hosts restore site --apply --yes"),
};

/** They go by settings, or by what is recorded; some look whose it is, where a host that refuses tells nothing. */
const RECORDED = [
  ...["preview site", "output site", "firewall site", "export site --to exported", "history site"],
  ...["config get site time.upstream", "config ls site", "state check site"],
].map((line) => line.split(" "));

/** Not called here: they write settings or a state, ask questions, or work on this machine alone. */
const NOT_CALLED = [
  ...["init", "config set", "config rm", "state restore", "report", "bench up", "lab hosts up", "lab hosts down"],
  ...["test", "completion"],
];

/** Verbs that do something themselves: `status`, `hosts prepare`. */
function leaves(command: Command, path: string[] = []): string[] {
  const verbs = command.commands.filter((verb) => !["help", "complete"].includes(verb.name()));
  if (verbs.length === 0) return [path.join(" ")];
  return verbs.flatMap((verb) => leaves(verb, [...path, verb.name()]));
}

async function run(lines: string[][]): Promise<{ line: string; code: number; text: string }[]> {
  const fixture = join(import.meta.dirname, "fixtures/eachLine.ts");
  const env = { PULUMI_BACKEND_URL: "", PULUMI_CONFIG_PASSPHRASE: "nothing of worth", TRIVET_ENGINE: "embedded" };
  const { stdout } = await execa(process.execPath, [fixture, join(project.folder, "cli/run.ts")], {
    cwd: project.folder,
    env: { ...env, NO_COLOR: "1" },
    input: JSON.stringify(lines),
  });
  const ends = JSON.parse(stdout.split("\n").at(-1)!) as { code: number; told: string; said: string }[];
  return ends.map(({ code, told, said }, index) => ({ line: lines[index]!.join(" "), code, text: `${said}\n${told}` }));
}

const CHANGED =
  /@127\.0\.0\.1: its host key is another one than the known one \(expected that of \[127\.0\.0\.1\]:\d+ in line 1 of \S+known_hosts; it sent SHA256:\S+\), .*ssh-keygen -f '\S+known_hosts' -R /s;

test.serial("every verb is looked at here", (t) => {
  const recorded = RECORDED.map((words) => words.slice(0, words.indexOf("site")).join(" "));
  const named = [...Object.keys(ASKING), ...recorded, ...NOT_CALLED];
  t.deepEqual(named.toSorted(), leaves(makeProgram()).toSorted());
});

test.serial("a changed host key is refused by every verb that asks hosts, and nothing reaches one", async (t) => {
  t.timeout(15 * 60_000);
  sshd.know("another");
  const calls = Object.values(ASKING).flatMap(({ code, lines }) => lines.map((words) => ({ words, code })));
  const ends = await run(calls.map(({ words }) => words));
  const wrong = ends.filter(({ code, text }, index) => code !== calls[index]!.code || !CHANGED.test(text));
  t.deepEqual(
    wrong.map(({ line, code, text }) => `${line} (${code}): ${text}`),
    [],
  );
  t.deepEqual([...sshd.commands(), ...sshd.requests()], []);
});

test.serial("with the others nothing reaches one, either", async (t) => {
  t.timeout(5 * 60_000);
  sshd.know("another");
  for (const { line, code, text } of await run(RECORDED)) {
    t.notRegex(text, /This should not have happened/, `${line} (${code})`);
  }
  t.deepEqual([...sshd.commands(), ...sshd.requests()], []);
});
